/** Volumes made of the frames that are loaded: what is missing is asked for, and each frame is copied once. */

import { displayOf } from "../geometry/space.js";
import { Signal } from "../store/signal.js";
import { ResliceClient } from "./reslice_client.js";
import { sharedScale } from "./reslice.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('./frames.js').Frames} Frames */
/** @typedef {import('./reslice.js').Cut} Cut */

/** Bytes that all volumes together may keep beside the frames: 1024 CT slices. */
export const VOLUME_BUDGET = 512 * 2 ** 20;
// How often the list of what is missing is told anew while it shrinks.
const TELL_EVERY = 16;

/** @param {FrameRef[]} refs */
export function bytesOfVolume(refs) {
  const [{ instance }] = refs;
  return refs.length * instance.rows * instance.columns * (instance.bits / 8);
}

/**
 * @param {FrameRef[]} refs
 * @param {number} [budget]
 */
export function reasonAgainstSize(refs, budget = VOLUME_BUDGET) {
  const bytes = bytesOfVolume(refs);
  const words = (/** @type {number} */ count) => `${Math.ceil(count / 2 ** 20)} MB`;
  return bytes > budget ? `the volume needs ${words(bytes)}, and there is room for ${words(budget)}` : "";
}

export class Volumes {
  #frames;
  #workerUrl;
  /** Started when first needed. @type {ResliceClient | null} */
  #client = null;
  /** Last used last. @type {Map<string, Volume>} */
  #volumes = new Map();

  /**
   * @param {Frames} frames
   * @param {string} workerUrl
   */
  constructor(frames, workerUrl) {
    this.#frames = frames;
    this.#workerUrl = workerUrl;
  }

  /**
   * @param {string} name
   * @param {FrameRef[]} refs  in order
   * @returns {Volume}
   */
  open(name, refs) {
    this.#client ??= this.#startClient();
    const volume =
      this.#volumes.get(name) ?? new Volume(name, refs, this.#frames, this.#client, () => this.#use(volume));
    this.#use(volume);
    return volume;
  }

  /** @param {Volume} volume */
  #use(volume) {
    this.#volumes.delete(volume.name);
    this.#volumes.set(volume.name, volume);
    const all = [...this.#volumes.values()].filter(({ isEmpty }) => !isEmpty);
    let bytes = all.reduce((sum, each) => sum + each.bytes, volume.isEmpty ? volume.bytes : 0);
    for (const each of all) {
      if (bytes <= VOLUME_BUDGET) return;
      if (each === volume) continue;
      bytes -= each.bytes;
      each.drop();
    }
  }

  #startClient() {
    const client = new ResliceClient(this.#workerUrl);
    client.onLost = () => this.#volumes.forEach((volume) => volume.drop());
    return client;
  }
}

export class Volume {
  /** How many frames are there. @type {Signal<number>} */
  progress = new Signal();
  bytes;
  #frames;
  #client;
  #use;
  /** @type {"empty" | "loading" | "ready"} */
  #state = "empty";
  /** @type {Map<string, number>} */
  #missing = new Map();
  /** Cuts that wait for the frames. @type {{cut: Cut, isUrgent: boolean, resolve: (pixels: Promise<Pixels>) => void, reject: (reason: Error) => void}[]} */
  #waiting = [];

  /**
   * @param {string} name
   * @param {FrameRef[]} refs
   * @param {Frames} frames
   * @param {ResliceClient} client
   * @param {() => void} use
   */
  constructor(name, refs, frames, client, use) {
    this.name = name;
    this.refs = refs;
    this.bytes = bytesOfVolume(refs);
    this.scale = sharedScale(refs.map(displayOf));
    const paddings = refs.map((ref) => displayOf(ref).pixel_padding ?? null);
    /** Of each slice, in its stored values. */
    this.paddings = paddings.some(Boolean) ? paddings : null;
    this.#frames = frames;
    this.#client = client;
    this.#use = use;
    frames.arrived.listen((ref) => this.#take(ref));
    frames.failed.listen(({ ref }) => this.#missing.has(ref.key) && this.#fail(ref));
  }

  get isEmpty() {
    return this.#state === "empty";
  }

  get isReady() {
    return this.#state === "ready";
  }

  get loadedCount() {
    return this.refs.length - this.#missing.size;
  }

  /**
   * @param {Cut} cut
   * @param {boolean} isUrgent
   * @returns {Promise<Pixels>}
   */
  cut(cut, isUrgent) {
    if (this.isReady) return this.#client.cut({ kind: "cut", volume: this.name, cut }, isUrgent);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ cut, isUrgent, resolve, reject });
      if (this.isEmpty) this.#begin();
    });
  }

  /** Its memory is given back; a cut asks for the frames again. */
  drop() {
    if (this.isEmpty) return;
    this.#client.tell({ kind: "drop", volume: this.name });
    this.#state = "empty";
    this.#rest(new Error("the volume was dropped"));
  }

  #begin() {
    this.#use();
    this.#state = "loading";
    const [{ instance }] = this.refs;
    const { scales } = this.scale;
    const { columns, rows } = instance;
    const { name: volume, paddings } = this;
    this.#client.tell({ kind: "begin", volume, columns, rows, scales, paddings });
    this.#missing = new Map(this.refs.map(({ key }, index) => [key, index]));
    for (const ref of this.refs) {
      if (this.#frames.get(ref)) this.#take(ref);
      else if (this.#frames.failure(ref)) this.#frames.retry(ref);
    }
    this.#ask();
  }

  #ask() {
    this.#frames.want(
      this,
      this.refs.filter(({ key }) => this.#missing.has(key)),
    );
  }

  /** @param {FrameRef} ref */
  #take(ref) {
    const index = this.#missing.get(ref.key);
    const pixels = this.#frames.get(ref);
    if (index === undefined || !pixels) return;
    this.#missing.delete(ref.key);
    // A stack of 32 bits is never made a volume.
    const values = /** @type {import('./reslice.js').Values} */ (pixels.values);
    this.#client.tell({ kind: "slice", volume: this.name, index, values: values.slice() });
    if (this.#missing.size === 0) this.#complete();
    else if (this.#missing.size % TELL_EVERY === 0) this.#ask();
    this.progress.emit(this.loadedCount);
  }

  #complete() {
    this.#state = "ready";
    this.#frames.want(this, []);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { cut, isUrgent, resolve } of waiting) resolve(this.cut(cut, isUrgent));
  }

  /** @param {FrameRef} ref */
  #fail(ref) {
    this.#client.tell({ kind: "drop", volume: this.name });
    this.#state = "empty";
    this.#rest(new Error(`image ${ref.index + 1} could not be loaded`));
  }

  /** @param {Error} reason */
  #rest(reason) {
    this.#missing.clear();
    this.#frames.want(this, []);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(reason);
  }
}
