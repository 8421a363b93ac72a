/**
 * A mask of one frame, one list of runs for each column, and its JSON: COCO's uncompressed run lengths, down the
 * columns, one column after the other, the first run of pixels outside. Pure functions; masks are not changed.
 */

import { common, countIn, holds, NOTHING, united, unlike, without } from "./runs.js";

/** @typedef {import('./runs.js').Runs} Runs */
/** @typedef {import('../../types.js').Box} Box */
/** @typedef {import('../../types.js').Point} Point */
/** @typedef {{rows: number, columns: readonly Runs[]}} Mask */
/** @typedef {{size: number[], counts: number[]}} MaskGeometry  size: rows, columns */

/** @type {WeakMap<MaskGeometry, Mask>} */
const decoded = new WeakMap();

/**
 * @param {{rows: number, columns: number}} image
 * @returns {Mask}
 */
export const emptyMask = ({ rows, columns }) => ({ rows, columns: new Array(columns).fill(NOTHING) });

/**
 * The mask of a geometry, which is never changed once it is made.
 * @param {MaskGeometry} geometry
 * @returns {Mask}
 */
export function maskOf(geometry) {
  const known = decoded.get(geometry);
  if (known) return known;
  const [rows, columns] = geometry.size;
  const lists = /** @type {Runs[]} */ (new Array(columns).fill(NOTHING));
  let at = 0;
  geometry.counts.forEach((count, index) => {
    if (index % 2) addRun(lists, rows, at, at + count);
    at += count;
  });
  const mask = { rows, columns: lists };
  decoded.set(geometry, mask);
  return mask;
}

/**
 * A run of pixels, which may go on in the columns that follow.
 * @param {Runs[]} lists
 * @param {number} rows
 * @param {number} from
 * @param {number} to
 */
function addRun(lists, rows, from, to) {
  for (let start = from; start < to;) {
    const column = Math.floor(start / rows);
    const end = Math.min(to, (column + 1) * rows);
    lists[column] = [...lists[column], start - column * rows, end - column * rows];
    start = end;
  }
}

/**
 * @param {Mask} mask
 * @returns {MaskGeometry}
 */
export function geometryOf(mask) {
  const { rows, columns } = mask;
  /** @type {number[]} */
  const counts = [];
  let at = 0;
  columns.forEach((runs, column) => {
    for (let index = 0; index < runs.length; index += 2) {
      const [from, to] = [column * rows + runs[index], column * rows + runs[index + 1]];
      // A run that begins where the last one ended, at the top of the next column, goes on with it.
      if (from === at && counts.length) counts[counts.length - 1] += to - from;
      else counts.push(from - at, to - from);
      at = to;
    }
  });
  const rest = rows * columns.length - at;
  if (rest || !counts.length) counts.push(rest);
  const geometry = { size: [rows, columns.length], counts };
  decoded.set(geometry, mask);
  return geometry;
}

/**
 * @param {Mask} one
 * @param {Mask} other  of the same size
 * @param {"add" | "subtract" | "intersect" | "differ"} kind
 * @returns {Mask}
 */
export function combinedMasks(one, other, kind) {
  const combine = { add: united, subtract: without, intersect: common, differ: unlike }[kind];
  return { rows: one.rows, columns: one.columns.map((runs, column) => combine(runs, other.columns[column])) };
}

/** @param {Mask} mask */
export const pixelCount = ({ columns }) => columns.reduce((sum, runs) => sum + countIn(runs), 0);

/** @param {Mask} mask */
export const isEmpty = ({ columns }) => columns.every((runs) => runs.length === 0);

/**
 * The smallest box around it, of whole pixels; of no size where it is empty.
 * @param {Mask} mask
 * @returns {Box}
 */
export function boundsOfMask({ columns }) {
  let [left, right, top, bottom] = [Infinity, 0, Infinity, 0];
  columns.forEach((runs, column) => {
    if (!runs.length) return;
    left = Math.min(left, column);
    right = column + 1;
    top = Math.min(top, runs[0]);
    bottom = Math.max(bottom, runs[runs.length - 1]);
  });
  return right
    ? { x: left, y: top, width: right - left, height: bottom - top }
    : { x: 0, y: 0, width: 0, height: 0 };
}

/**
 * @param {Mask} mask
 * @param {Point} point
 */
export function maskHolds({ rows, columns }, { x, y }) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  return column >= 0 && row >= 0 && row < rows && column < columns.length && holds(columns[column], row);
}

/**
 * Move by whole pixels. It must stay within the image.
 * @param {Mask} mask
 * @param {number} dx
 * @param {number} dy
 * @returns {Mask}
 */
export function movedMask({ rows, columns }, dx, dy) {
  const at = (/** @type {number} */ column) => columns[column - dx] ?? NOTHING;
  const moved = (/** @type {Runs} */ runs) => (dy && runs.length ? runs.map((row) => row + dy) : runs);
  return { rows, columns: columns.map((_, column) => moved(at(column))) };
}
