/**
 * What a round brush covers: the pixels whose centres are not farther from the stroke than its radius. It is round as
 * it is seen, and so an ellipse in pixels that are not square. Pure functions.
 */

import { NOTHING, united, without } from "./runs.js";

/** @typedef {import('./mask.js').Mask} Mask */
/** @typedef {import('./runs.js').Runs} Runs */
/** @typedef {import('../../types.js').ImageShape} ImageShape */
/** @typedef {import('../../types.js').Point} Point */
/** @typedef {import('../../types.js').Size} Size */
/** @typedef {(column: number, from: number, to: number) => Runs} Chooser  which of a column's pixels are meant */

/**
 * With less than this a brush could pass between the centres of the pixels.
 * @param {Size} pixel
 */
export const smallestRadius = ({ width, height }) => Math.hypot(width, height) / 2;

/**
 * One step of a stroke, from point to point, as one run for each column.
 * @param {Point} a  image pixels
 * @param {Point} b
 * @param {number} radius  in the unit of `image.pixel`
 * @param {ImageShape} image
 * @param {(column: number, from: number, to: number) => void} visit
 */
export function eachStrokeRun(a, b, radius, { columns, rows, pixel }, visit) {
  const reach = Math.max(radius, smallestRadius(pixel));
  const [from, to] = [
    { x: a.x * pixel.width, y: a.y * pixel.height },
    { x: b.x * pixel.width, y: b.y * pixel.height },
  ];
  const first = Math.max(0, Math.ceil((Math.min(from.x, to.x) - reach) / pixel.width - 0.5));
  const last = Math.min(columns - 1, Math.floor((Math.max(from.x, to.x) + reach) / pixel.width - 0.5));
  for (let column = first; column <= last; column += 1) {
    const [low, high] = sectionOf(from, to, reach, (column + 0.5) * pixel.width);
    const top = Math.max(0, Math.ceil(low / pixel.height - 0.5));
    const bottom = Math.min(rows, Math.floor(high / pixel.height - 0.5) + 1);
    if (bottom > top) visit(column, top, bottom);
  }
}

/**
 * Where a line across meets the stroke: it is convex, so in one piece.
 * @param {Point} a
 * @param {Point} b
 * @param {number} reach
 * @param {number} x
 * @returns {[number, number]}
 */
function sectionOf(a, b, reach, x) {
  let [low, high] = [Infinity, -Infinity];
  const add = (/** @type {number} */ y) => {
    low = Math.min(low, y);
    high = Math.max(high, y);
  };
  for (const end of [a, b]) {
    const half = Math.sqrt(reach * reach - (x - end.x) ** 2);
    if (half >= 0) {
      add(end.y - half);
      add(end.y + half);
    }
  }
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.hypot(dx, dy);
  if (!dx || !length) return [low, high];
  // The two sides that run beside the line between the ends.
  const [sideX, sideY] = [(-dy / length) * reach, (dx / length) * reach];
  for (const way of [1, -1]) {
    const part = (x - a.x - way * sideX) / dx;
    if (part >= 0 && part <= 1) add(a.y + way * sideY + part * dy);
  }
  return [low, high];
}

/** A mask while it is painted: the only one that changes. */
export class Painting {
  #image;
  #columns;
  #rows;
  #isErasing;
  #choose;

  /**
   * @param {Mask} mask  to begin with
   * @param {ImageShape} image
   * @param {{isErasing?: boolean, choose?: Chooser}} [options]  choose: of what the brush covers, only these pixels
   */
  constructor({ rows, columns }, image, { isErasing = false, choose } = {}) {
    this.#image = image;
    this.#rows = rows;
    this.#columns = [...columns];
    this.#isErasing = isErasing;
    this.#choose = choose ?? ((_, from, to) => [from, to]);
  }

  /**
   * @param {Point} a
   * @param {Point} b
   * @param {number} radius
   */
  stroke(a, b, radius) {
    eachStrokeRun(a, b, radius, this.#image, (column, from, to) => {
      const combine = this.#isErasing ? without : united;
      this.#columns[column] = combine(this.#columns[column], this.#choose(column, from, to));
    });
  }

  /** @returns {Mask} */
  get mask() {
    return { rows: this.#rows, columns: [...this.#columns] };
  }
}

/**
 * Chooses pixels by their stored values.
 * @param {{values: ArrayLike<number>, columns: number}} pixels
 * @param {(stored: number) => boolean} isMeant
 * @returns {Chooser}
 */
export function choosingByValue({ values, columns }, isMeant) {
  return (column, from, to) => {
    /** @type {number[]} */
    const runs = [];
    for (let row = from; row < to; row += 1) {
      const isIn = isMeant(values[row * columns + column]);
      if (isIn !== (runs.length % 2 === 1)) runs.push(row);
    }
    if (runs.length % 2) runs.push(to);
    return runs.length ? runs : NOTHING;
  };
}
