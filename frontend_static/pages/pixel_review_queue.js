// The held images that wait: which is next, and its pictures fetched before they are needed.
import { ApiError, ask } from "./api.js";
import { Boxes } from "./pixel_review_boxes.js";

/**
 * @typedef {object} Review
 * @property {number} id
 * @property {"waiting" | "passed" | "rejected"} state
 * @property {number} batch
 * @property {number} number
 * @property {string} modality
 * @property {number} rows
 * @property {number} columns
 * @property {number} number_of_frames
 * @property {number} alike_waiting
 * @property {number[][]} proposals
 * @property {number[][]} masks
 * @property {{ name: string, bytes: number }[]} previews
 * @property {string | null} expires_at
 * @property {string | null} decided_by
 * @property {string | null} decided_at
 */
/** @typedef {{ review: Review, boxes: Boxes, pictures: string[] }} Loaded  pictures are object URLs */

const AT_ONCE = 50;

export class Queue {
  /** @type {Review[]} */
  #known = [];
  /** @type {Map<number, Boxes>} */
  #boxes = new Map();
  /** @type {Map<number, Promise<string[]>>} */
  #pictures = new Map();
  #isWhole = false; // all that wait after the last known one were fetched
  /** Decided here, whether the server has it already or not. @type {Set<number>} */
  decided = new Set();
  waiting = 0;

  /** @param {string} url @param {Review} first @param {number} waiting */
  constructor(url, first, waiting) {
    this.url = url;
    this.waiting = waiting;
    if (first.state === "waiting") this.#known = [first];
  }

  /** @param {Review} review @returns {Promise<Loaded>} */
  async load(review) {
    const boxes = this.#boxes.get(review.id) ?? new Boxes(review);
    this.#boxes.set(review.id, boxes);
    const fetched = this.#pictures.get(review.id) ?? this.#fetchPictures(review);
    this.#pictures.set(review.id, fetched);
    try {
      return { review, boxes, pictures: await fetched };
    } catch (error) {
      this.#pictures.delete(review.id);
      throw error;
    }
  }

  /** The next that waits after this one, else the first that does, else null. @param {number} id */
  async following(id) {
    const next = this.#after(id) ?? (this.#isWhole ? null : await this.#more());
    if (next) return this.#after(id) ?? next;
    await this.reload();
    return this.#after(id) ?? this.#after(0, id) ?? null;
  }

  /** @param {number} id */
  preceding(id) {
    return this.#known.filter((one) => one.id < id && !this.decided.has(one.id)).at(-1) ?? null;
  }

  /** Have the next one ready. @param {number} id */
  async prefetch(id) {
    const next = await this.following(id);
    if (next && next.id !== id) await this.load(next);
  }

  /** Ask again what waits, from the beginning. */
  async reload() {
    this.#known = [];
    this.#isWhole = false;
    await this.#more();
  }

  /** Forget the pictures of all others: they are large. @param {number[]} ids */
  keepOnly(ids) {
    for (const [id, fetched] of this.#pictures) {
      if (ids.includes(id)) continue;
      this.#pictures.delete(id);
      void fetched.then((urls) => urls.forEach((url) => URL.revokeObjectURL(url))).catch(() => undefined);
    }
  }

  /** @param {number} id @param {number} [butNot] */
  #after(id, butNot) {
    return this.#known.find((one) => one.id > id && one.id !== butNot && !this.decided.has(one.id)) ?? null;
  }

  /** Fetch what follows; gives the first new one that is not decided here. */
  async #more() {
    while (!this.#isWhole) {
      const last = this.#known.at(-1)?.id ?? 0;
      const page = await ask("GET", `${this.url}?state=waiting&limit=${AT_ONCE}&after=${last}`);
      const fresh = /** @type {Review[]} */ (page.reviews);
      this.waiting = page.waiting;
      this.#known = [...this.#known, ...fresh];
      this.#isWhole = page.next === null;
      const found = fresh.find((one) => !this.decided.has(one.id));
      if (found) return found;
    }
    return null;
  }

  /** @param {Review} review */
  #fetchPictures(review) {
    const pictures = review.previews.map(async (_, place) => {
      const response = await fetch(`${this.url}${review.id}/previews/${place + 1}/`);
      if (!response.ok) throw new ApiError(response.status, await response.json());
      const url = URL.createObjectURL(await response.blob());
      const image = new Image();
      image.src = url;
      await image.decode(); // so that it is there at once when it is shown
      return url;
    });
    return Promise.all(pictures);
  }
}
