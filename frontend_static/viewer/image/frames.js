/** Loads frames in the order they are likely to be wanted, keeps as many as fit, and drops the farthest first. */

import { Signal } from "../store/signal.js";
import { decodePreview } from "./preview.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Pixels} Pixels */

/**
 * @typedef {object} Options
 * @property {(url: string, isUrgent: boolean) => Promise<ArrayBuffer>} fetchFrame
 * @property {import('./decoder.js').Decode} decode
 * @property {number} [budget]  bytes of decoded pixels
 */

/** Bytes of decoded pixels that all panes together may keep: 1500 CT slices, or 29 mammograms of 13 megapixels. */
export const BUDGET = 768 * 2 ** 20;
// So many neighbours of the pane worked in are loaded before the other panes' neighbours.
const FOREMOST = 16;
// A browser opens 6 connections to an HTTP/1.1 server: two stay free for the frame asked for and for saving.
const PREFETCHES = 4;
// Cuts through a volume are made here, quickly: few ahead are enough, and they take no connection.
const CUTS = 2;
const CUTS_AHEAD = 32;
const RETRY_AFTER_MS = [300, 1500];

/** @param {FrameRef} ref */
const bytesOf = ({ instance: { rows, columns, samples_per_pixel: samples, bits } }) =>
  rows * columns * samples * (bits / 8);

export class Frames {
  /** @type {Signal<FrameRef>} */
  arrived = new Signal();
  /** @type {Signal<{ref: FrameRef, reason: Error}>} */
  failed = new Signal();
  /** Everything wanted is there, or has failed, or does not fit. @type {Signal<void>} */
  rested = new Signal();

  #options;
  #budget;
  #bytes = 0;
  /** @type {Map<string, Pixels>} */
  #loaded = new Map();
  /** @type {Map<string, Promise<void>>} */
  #loading = new Map();
  /** How many of those are cuts. */
  #cutting = 0;
  /** @type {Map<string, Error>} */
  #failures = new Map();
  /** What each owner (a pane) wants, most wanted first. @type {Map<object, {near: FrameRef[], later: FrameRef[]}>} */
  #wishes = new Map();
  /** @type {object | null} */
  #preferred = null;
  #isPlanned = false;
  /** In the order of loading. @type {FrameRef[]} */
  #wanted = [];

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.#budget = options.budget ?? BUDGET;
  }

  /** @param {FrameRef} ref */
  get(ref) {
    return this.#loaded.get(ref.key);
  }

  /** @param {FrameRef} ref */
  failure(ref) {
    return this.#failures.get(ref.key);
  }

  /**
   * A picture to look at until the frame is there.
   * @param {FrameRef} ref
   * @returns {Promise<Pixels>}
   */
  async preview(ref) {
    return decodePreview(await this.#options.fetchFrame(ref.instance.preview_url ?? "", true));
  }

  get loadedCount() {
    return this.#loaded.size;
  }

  /** Of decoded pixels, and how many there may be. */
  get bytes() {
    return { loaded: this.#bytes, budget: this.#budget };
  }

  /** All that can be loaded now is there. */
  get isAtRest() {
    return this.#loading.size === 0 && !this.#isPlanned;
  }

  /**
   * Say what one pane wants, most wanted first. The first is loaded at once, whatever else is under way.
   * @param {object} owner
   * @param {FrameRef[]} near  none: the pane is gone
   * @param {FrameRef[]} [later]  after what all panes have near
   */
  want(owner, near, later = []) {
    if (near.length) this.#wishes.set(owner, { near, later });
    else this.#wishes.delete(owner);
    if (near[0] && this.#isMissing(near[0])) this.#start(near[0], true);
    this.#plan();
  }

  /** @param {object} owner  the pane worked in */
  prefer(owner) {
    if (owner === this.#preferred) return;
    this.#preferred = owner;
    this.#plan();
  }

  /** Panes that are linked all want something else at once: one plan is made for all of them. */
  #plan() {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      this.#wanted = this.#order();
      this.#evict();
      this.#pump();
    });
  }

  /** What is on the screen, neighbours in the pane worked in, neighbours in the others, and the rest. */
  #order() {
    const wishes = [...this.#wishes.values()];
    const near = wishes.map((wish) => wish.near);
    if (near.length === 1) return [...near[0], ...wishes[0].later];
    const foremost = this.#preferred && this.#wishes.get(this.#preferred);
    return unique([
      ...near.map(([first]) => first),
      ...(foremost?.near.slice(0, FOREMOST) ?? []),
      ...interleaved(near),
      ...interleaved(wishes.map((wish) => wish.later)),
    ]);
  }

  /** @param {FrameRef} ref */
  retry(ref) {
    this.#failures.delete(ref.key);
    if (this.#isMissing(ref)) this.#start(ref, true);
  }

  /** Try everything again that failed, as after signing in. */
  retryAll() {
    this.#failures.clear();
    for (const { near: [first] } of this.#wishes.values()) if (this.#isMissing(first)) this.#start(first, true);
    this.#pump();
  }

  /** @param {FrameRef} ref */
  #isMissing({ key }) {
    return !this.#loaded.has(key) && !this.#loading.has(key) && !this.#failures.has(key);
  }

  #pump() {
    let planned = 0;
    for (const ref of this.#wanted) {
      if (this.#fetching >= PREFETCHES && this.#cutting >= CUTS) return;
      planned += bytesOf(ref);
      if (planned > this.#budget) break;
      const hasRoom = ref.reslice ? this.#cutting < CUTS : this.#fetching < PREFETCHES;
      if (hasRoom && this.#isMissing(ref)) this.#start(ref, false);
    }
    if (this.isAtRest) this.rested.emit();
  }

  /**
   * @param {FrameRef} ref
   * @param {boolean} isUrgent
   */
  #start(ref, isUrgent) {
    if (ref.reslice) this.#cutting += 1;
    const work = this.#load(ref, isUrgent)
      .then((pixels) => this.#keep(ref, pixels))
      .catch((reason) => this.#fail(ref, reason));
    this.#loading.set(ref.key, work);
  }

  /** @param {FrameRef} ref */
  #end(ref) {
    this.#loading.delete(ref.key);
    if (ref.reslice) this.#cutting -= 1;
  }

  get #fetching() {
    return this.#loading.size - this.#cutting;
  }

  /**
   * @param {FrameRef} ref
   * @param {boolean} isUrgent
   */
  async #load(ref, isUrgent) {
    if (ref.reslice) return ref.reslice.load(isUrgent);
    const { rows, columns, samples_per_pixel: samples, bits } = ref.instance;
    const { is_signed: isSigned, is_float: isFloat } = ref.instance;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const buffer = await this.#options.fetchFrame(ref.url, isUrgent);
        return await this.#options.decode(buffer, { rows, columns, samples, bits, isSigned, isFloat });
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
    this.#end(ref);
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
    this.#end(ref);
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
 * The first of each list, then the second of each, and so on.
 * @param {FrameRef[][]} lists
 * @returns {FrameRef[]}
 */
function interleaved(lists) {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }).flatMap((_, rank) =>
    lists.flatMap((list) => (list[rank] ? [list[rank]] : [])),
  );
}

/**
 * @param {FrameRef[]} refs
 * @returns {FrameRef[]}
 */
const unique = (refs) => [...new Map(refs.map((ref) => [ref.key, ref])).values()];

/**
 * Frames in the order they are likely to be looked at: this one and its neighbours, those ahead first; later the
 * beginning and rest of the other series.
 * @param {FrameRef[][]} series
 * @param {number} seriesIndex
 * @param {number} frameIndex
 * @param {number} direction  1 or -1, the way of scrolling
 * @returns {{near: FrameRef[], later: FrameRef[]}}
 */
export function viewingOrder(series, seriesIndex, frameIndex, direction) {
  const distance = (/** @type {FrameRef} */ { index }) => {
    const ahead = (index - frameIndex) * direction;
    return ahead >= 0 ? ahead : -2 * ahead + 0.5;
  };
  const canBeShown = (/** @type {FrameRef} */ { instance }) => !instance.not_displayable;
  const near = series[seriesIndex].filter(canBeShown).sort((one, other) => distance(one) - distance(other));
  const others = [...series.slice(seriesIndex + 1), ...series.slice(0, seriesIndex)];
  const later = others.flat().filter((ref) => canBeShown(ref) && !ref.reslice);
  return { near: near[0]?.reslice ? near.slice(0, CUTS_AHEAD) : near, later };
}
