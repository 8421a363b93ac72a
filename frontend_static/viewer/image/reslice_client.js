/** Asks the worker for cuts, or cuts inline where it cannot start. One cut is under way at a time: the newest that the
 * reader waits for goes first, so that what they have scrolled past does not hold up what they look at. */

import { Reslicer } from "./reslicer.js";

/** @typedef {import('./reslicer.js').Order} Order */
/** @typedef {import('./reslicer.js').CutWanted} CutWanted */
/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {{order: CutWanted, isUrgent: boolean, resolve: (pixels: Pixels) => void, reject: (reason: Error) => void}} Wish */

export class ResliceClient {
  /** @type {Wish[]} */
  #wishes = [];
  /** @type {Wish | null} */
  #current = null;
  /** @type {Reslicer | null} */
  #inline = null;
  /** @type {Worker | null} */
  #worker = null;

  /** @param {string} workerUrl */
  constructor(workerUrl) {
    try {
      this.#worker = new Worker(workerUrl, { type: "module" });
      this.#worker.onmessage = ({ data }) => this.#finish(data);
      this.#worker.onerror = () => this.#stop();
    } catch {
      this.#inline = new Reslicer();
    }
  }

  /** The worker has stopped, and its volumes with it. @type {() => void} */
  onLost = () => {};

  /**
   * @param {Exclude<Order, CutWanted>} order
   */
  tell(order) {
    if (this.#inline) this.#inline.obey(order);
    else this.#worker?.postMessage({ order }, order.kind === "slice" ? [order.values.buffer] : []);
  }

  /**
   * @param {CutWanted} order
   * @param {boolean} isUrgent
   * @returns {Promise<Pixels>}
   */
  cut(order, isUrgent) {
    return new Promise((resolve, reject) => {
      this.#wishes.push({ order, isUrgent, resolve, reject });
      this.#next();
    });
  }

  #next() {
    if (this.#current || !this.#wishes.length) return;
    const urgent = this.#wishes.map(({ isUrgent }) => isUrgent).lastIndexOf(true);
    [this.#current] = this.#wishes.splice(urgent >= 0 ? urgent : 0, 1);
    const { order } = this.#current;
    if (this.#worker) this.#worker.postMessage({ id: 0, order });
    else queueMicrotask(() => this.#finish(this.#cutInline(order)));
  }

  /** @param {CutWanted} order */
  #cutInline(order) {
    try {
      return { pixels: this.#inline?.obey(order) };
    } catch (error) {
      return { problem: String(error) };
    }
  }

  /** @param {{pixels?: Pixels | null, problem?: string}} answer */
  #finish({ pixels, problem = "it could not be cut" }) {
    const wish = this.#current;
    this.#current = null;
    if (pixels) wish?.resolve(pixels);
    else wish?.reject(new Error(problem));
    this.#next();
  }

  /** From now on inline. */
  #stop() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#inline = new Reslicer();
    const lost = this.#current ? [this.#current, ...this.#wishes] : this.#wishes;
    this.#wishes = [];
    this.#current = null;
    this.onLost();
    for (const { reject } of lost) reject(new Error("the worker stopped"));
  }
}
