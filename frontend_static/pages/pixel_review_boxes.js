// The masks of one held image: what they are, which is selected, and how to undo. Whole pixels, within the image.
import { boxBetween, moveBox, resizeBox } from "../viewer/geometry/box.js";
import { Signal } from "../viewer/store/signal.js";

/**
 * @typedef {import('../viewer/types.js').Box} Box
 * @typedef {import('../viewer/types.js').Point} Point
 * @typedef {{ box: Box, isProposed: boolean }} Mask
 */

const TOGETHER_MS = 800; // presses of one key within this are undone as one
const SMALLEST = 2; // pixels

/** Grow to whole pixels: no part of a pixel of text stays. @param {Box} box @returns {Box} */
function outward(box) {
  const [x, y] = [Math.floor(box.x), Math.floor(box.y)];
  return { x, y, width: Math.ceil(box.x + box.width) - x, height: Math.ceil(box.y + box.height) - y };
}

export class Boxes {
  /** @type {Signal<void>} */
  changed = new Signal();
  /** @type {Mask[]} */
  masks;
  selected = -1;
  /** @type {{ masks: Mask[], selected: number }[]} */
  #past = [];
  #lastChange = { what: "", at: 0 };

  /** @param {{ columns: number, rows: number, proposals: number[][] }} review */
  constructor({ columns, rows, proposals }) {
    this.bounds = { columns, rows };
    this.masks = proposals.map(([left, top, right, bottom]) => ({
      box: boxBetween({ x: left, y: top }, { x: right, y: bottom }, this.bounds),
      isProposed: true,
    }));
  }

  /** As the server takes them: [left, top, right, bottom]. */
  toJson() {
    return this.masks.map(({ box }) => [box.x, box.y, box.x + box.width, box.y + box.height]);
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  /** @param {number} place  -1 for none */
  select(place) {
    this.selected = place;
    this.changed.emit();
  }

  /** False past the last one. @param {number} step */
  selectNext(step) {
    const place = this.selected < 0 && step < 0 ? this.masks.length - 1 : this.selected + step;
    const isThere = place >= 0 && place < this.masks.length;
    this.select(isThere ? place : -1);
    return isThere;
  }

  /** Less than a few pixels is a click that slipped. @param {Point} first @param {Point} second */
  add(first, second) {
    const box = outward(boxBetween(first, second, this.bounds));
    if (Math.min(box.width, box.height) < SMALLEST) return;
    this.#keep("add");
    this.masks = [...this.masks, { box, isProposed: false }];
    this.select(this.masks.length - 1);
  }

  remove(place = this.selected) {
    if (!this.masks[place]) return;
    this.#keep("remove");
    this.masks = this.masks.filter((_, at) => at !== place);
    this.select(Math.min(place, this.masks.length - 1));
  }

  removeAll() {
    if (!this.masks.length) return;
    this.#keep("remove");
    this.masks = [];
    this.select(-1);
  }

  /** @param {number} place @param {Box} box */
  change(place, box) {
    this.#keep("drag");
    this.#put(place, box);
  }

  /** @param {number} dx @param {number} dy */
  nudge(dx, dy) {
    const mask = this.masks[this.selected];
    if (!mask) return false;
    this.#keep(`nudge ${this.selected}`);
    this.#put(this.selected, moveBox(mask.box, dx, dy, this.bounds));
    return true;
  }

  /** Move the lower right corner. @param {number} dx @param {number} dy */
  stretch(dx, dy) {
    const mask = this.masks[this.selected];
    if (!mask) return false;
    const { x, y, width, height } = mask.box;
    const corner = { x: x + Math.max(SMALLEST, width + dx), y: y + Math.max(SMALLEST, height + dy) };
    this.#keep(`stretch ${this.selected}`);
    this.#put(this.selected, boxBetween({ x, y }, corner, this.bounds));
    return true;
  }

  undo() {
    const before = this.#past.pop();
    if (!before) return;
    this.#lastChange = { what: "", at: 0 };
    this.masks = before.masks;
    this.select(before.selected);
  }

  /** @param {Box} box @param {number} dx @param {number} dy */
  moved(box, dx, dy) {
    return moveBox(box, Math.round(dx), Math.round(dy), this.bounds);
  }

  /** @param {Box} box @param {number} handle @param {Point} to */
  resized(box, handle, to) {
    return outward(resizeBox(box, handle, to, this.bounds));
  }

  /** @param {Point} first @param {Point} second */
  between(first, second) {
    return outward(boxBetween(first, second, this.bounds));
  }

  /** @param {number} place @param {Box} box */
  #put(place, box) {
    this.masks = this.masks.map((mask, at) => (at === place ? { box, isProposed: false } : mask));
    this.select(place);
  }

  /** @param {string} what */
  #keep(what) {
    const at = Date.now();
    const isMore =
      what.includes(" ") && what === this.#lastChange.what && at - this.#lastChange.at < TOGETHER_MS;
    this.#lastChange = { what, at };
    if (!isMore) this.#past.push({ masks: this.masks, selected: this.selected });
  }
}
