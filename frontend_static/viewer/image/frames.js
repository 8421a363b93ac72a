/** Loads frames in the order they are likely to be wanted, keeps as many as fit, and drops the farthest first. */

import { Signal } from "../store/signal.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Pixels} Pixels */

/**
 * @typedef {object} Options
 * @property {(url: string, isUrgent: boolean) => Promise<ArrayBuffer>} fetchFrame
 * @property {import('./decoder.js').Decode} decode
 * @property {number} [budget]  bytes of decoded pixels
 */

// A browser opens 6 connections to an HTTP/1.1 server: two stay free for the frame asked for and for saving.
const PREFETCHES = 4;
const RETRY_AFTER_MS = [300, 1500];

/** @param {FrameRef} ref */
const bytesOf = ({ instance: { rows, columns, samples_per_pixel: samples, bits } }) =>
  rows * columns * samples * (bits / 8);

export class Frames {
  /** @type {Signal<FrameRef>} */
  arrived = new Signal();
  /** @type {Signal<{ref: FrameRef, reason: Error}>} */
  failed = new Signal();

  #options;
  #budget;
  #bytes = 0;
  /** @type {Map<string, Pixels>} */
  #loaded = new Map();
  /** @type {Map<string, Promise<void>>} */
  #loading = new Map();
  /** @type {Map<string, Error>} */
  #failures = new Map();
  /** What each owner (a pane) wants, most wanted first. @type {Map<object, FrameRef[]>} */
  #wishes = new Map();
  /** @type {FrameRef[]} */
  #wanted = [];

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.#budget = options.budget ?? 768 * 2 ** 20;
  }

  /** @param {FrameRef} ref */
  get(ref) {
    return this.#loaded.get(ref.key);
  }

  /** @param {FrameRef} ref */
  failure(ref) {
    return this.#failures.get(ref.key);
  }

  get loadedCount() {
    return this.#loaded.size;
  }

  /** Of decoded pixels, and how many there may be. */
  get bytes() {
    return { loaded: this.#bytes, budget: this.#budget };
  }

  /**
   * Say what one pane wants, most wanted first. The first is loaded at once, whatever else is under way.
   * @param {object} owner
   * @param {FrameRef[]} refs  none: the pane is gone
   */
  want(owner, refs) {
    if (refs.length) this.#wishes.set(owner, refs);
    else this.#wishes.delete(owner);
    this.#wanted = interleaved([...this.#wishes.values()]);
    if (refs[0] && this.#isMissing(refs[0])) this.#start(refs[0], true);
    this.#evict();
    this.#pump();
  }

  /** @param {FrameRef} ref */
  retry(ref) {
    this.#failures.delete(ref.key);
    if (this.#isMissing(ref)) this.#start(ref, true);
  }

  /** Try everything again that failed, as after signing in. */
  retryAll() {
    this.#failures.clear();
    for (const [first] of this.#wishes.values()) if (this.#isMissing(first)) this.#start(first, true);
    this.#pump();
  }

  /** @param {FrameRef} ref */
  #isMissing({ key }) {
    return !this.#loaded.has(key) && !this.#loading.has(key) && !this.#failures.has(key);
  }

  #pump() {
    let planned = 0;
    for (const ref of this.#wanted) {
      if (this.#loading.size >= PREFETCHES) return;
      planned += bytesOf(ref);
      if (planned > this.#budget) return;
      if (this.#isMissing(ref)) this.#start(ref, false);
    }
  }

  /**
   * @param {FrameRef} ref
   * @param {boolean} isUrgent
   */
  #start(ref, isUrgent) {
    const work = this.#load(ref, isUrgent)
      .then((pixels) => this.#keep(ref, pixels))
      .catch((reason) => this.#fail(ref, reason));
    this.#loading.set(ref.key, work);
  }

  /**
   * @param {FrameRef} ref
   * @param {boolean} isUrgent
   */
  async #load(ref, isUrgent) {
    const { rows, columns, samples_per_pixel: samples, bits, is_signed: isSigned } = ref.instance;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const buffer = await this.#options.fetchFrame(ref.url, isUrgent);
        return await this.#options.decode(buffer, { rows, columns, samples, bits, isSigned });
      } catch (error) {
        const isRefused = error instanceof Error && "status" in error;
        if (isRefused || attempt === RETRY_AFTER_MS.length) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS[attempt]));
      }
    }
  }

  /**
   * @param {FrameRef} ref
   * @param {Pixels} pixels
   */
  #keep(ref, pixels) {
    this.#loading.delete(ref.key);
    this.#loaded.set(ref.key, pixels);
    this.#bytes += pixels.values.byteLength;
    this.#evict();
    this.arrived.emit(ref);
    this.#pump();
  }

  /**
   * @param {FrameRef} ref
   * @param {Error} reason
   */
  #fail(ref, reason) {
    this.#loading.delete(ref.key);
    this.#failures.set(ref.key, reason);
    this.failed.emit({ ref, reason });
    this.#pump();
  }

  #evict() {
    if (this.#bytes <= this.#budget) return;
    const rank = new Map(this.#wanted.map(({ key }, index) => [key, index]));
    const rankOf = (/** @type {string} */ key) => rank.get(key) ?? Infinity;
    const farthestFirst = [...this.#loaded.keys()].sort((one, other) => rankOf(other) - rankOf(one));
    for (const key of farthestFirst) {
      if (this.#bytes <= this.#budget || rankOf(key) < this.#wishes.size) return;
      this.#bytes -= this.#loaded.get(key)?.values.byteLength ?? 0;
      this.#loaded.delete(key);
    }
  }
}

/**
 * The first wish of each, then the second of each, and so on; every frame once.
 * @param {FrameRef[][]} lists
 * @returns {FrameRef[]}
 */
function interleaved(lists) {
  if (lists.length === 1) return lists[0];
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  /** @type {Map<string, FrameRef>} */
  const found = new Map();
  for (let rank = 0; rank < longest; rank += 1) {
    for (const list of lists)
      if (list[rank] && !found.has(list[rank].key)) found.set(list[rank].key, list[rank]);
  }
  return [...found.values()];
}

/**
 * Frames in the order they are likely to be looked at: this one, its neighbours (those ahead first), then the
 * beginning and rest of the other series.
 * @param {FrameRef[][]} series
 * @param {number} seriesIndex
 * @param {number} frameIndex
 * @param {number} direction  1 or -1, the way of scrolling
 * @returns {FrameRef[]}
 */
export function viewingOrder(series, seriesIndex, frameIndex, direction) {
  const current = series[seriesIndex];
  const distance = (/** @type {FrameRef} */ { index }) => {
    const ahead = (index - frameIndex) * direction;
    return ahead >= 0 ? ahead : -2 * ahead + 0.5;
  };
  const near = [...current].sort((one, other) => distance(one) - distance(other));
  const others = [...series.slice(seriesIndex + 1), ...series.slice(0, seriesIndex)];
  return [...near, ...others.flatMap((frames) => frames)].filter(({ instance }) => !instance.not_displayable);
}
