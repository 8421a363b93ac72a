/**
 * Masks between two others by their signed distances from the rim (shape-based interpolation), with the middles laid
 * upon each other, so that what moves from slice to slice is not lost between. Pure functions.
 */

import { boundsOfMask, isEmpty } from "./mask.js";
import { maskOfRaster, rasterOf, widened } from "./raster.js";

/** @typedef {import('./mask.js').Mask} Mask */
/** @typedef {import('../../types.js').Box} Box */
/** @typedef {import('../../types.js').Point} Point */
/** @typedef {import('../../types.js').Size} Size */

const FAR = 1e20;

/**
 * @param {Mask} first
 * @param {Mask} second  of the same size
 * @param {number[]} parts  0: the first, 1: the second
 * @param {Size} pixel
 * @returns {Mask[]}  one for each part
 */
export function masksBetween(first, second, parts, pixel) {
  if (isEmpty(first) || isEmpty(second))
    return parts.map(() => ({ rows: first.rows, columns: first.columns.map(() => []) }));
  const middles = [middleOf(first), middleOf(second)];
  const box = widened(boxAround(boundsFrom(first, middles[0]), boundsFrom(second, middles[1])), 1);
  const [one, other] = [first, second].map((mask, index) =>
    signedDistances(mask, { ...box, x: box.x + middles[index].x, y: box.y + middles[index].y }, pixel),
  );
  return parts.map((part) => {
    const x = box.x + Math.round(middles[0].x + (middles[1].x - middles[0].x) * part);
    const y = box.y + Math.round(middles[0].y + (middles[1].y - middles[0].y) * part);
    const values = Uint8Array.from(one, (distance, index) =>
      Number(distance * (1 - part) + other[index] * part > 0),
    );
    return maskOfRaster({ ...box, x, y, values }, first);
  });
}

/**
 * The pixel in the middle.
 * @param {Mask} mask
 * @returns {Point}
 */
function middleOf({ columns }) {
  let [count, x, y] = [0, 0, 0];
  columns.forEach((runs, column) => {
    for (let index = 0; index < runs.length; index += 2) {
      const length = runs[index + 1] - runs[index];
      count += length;
      x += column * length;
      y += ((runs[index] + runs[index + 1] - 1) / 2) * length;
    }
  });
  return { x: Math.round(x / count), y: Math.round(y / count) };
}

/**
 * @param {Mask} mask
 * @param {Point} middle
 * @returns {Box}
 */
function boundsFrom(mask, middle) {
  const { x, y, width, height } = boundsOfMask(mask);
  return { x: x - middle.x, y: y - middle.y, width, height };
}

/**
 * @param {Box} one
 * @param {Box} other
 * @returns {Box}
 */
function boxAround(one, other) {
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  const right = Math.max(one.x + one.width, other.x + other.width);
  const bottom = Math.max(one.y + one.height, other.y + other.height);
  return { x, y, width: right - x, height: bottom - y };
}

/**
 * Inside, how far it is to the nearest pixel outside; outside, less than 0, how far to the nearest inside.
 * @param {Mask} mask
 * @param {Box} box
 * @param {Size} pixel
 * @returns {Float64Array}  down the columns
 */
function signedDistances(mask, box, pixel) {
  const { values } = rasterOf(mask, box);
  const toOutside = squaredDistances(
    values.map((value) => 1 - value),
    box,
    pixel,
  );
  const toInside = squaredDistances(values, box, pixel);
  return toOutside.map((square, index) => Math.sqrt(square) - Math.sqrt(toInside[index]));
}

/**
 * The squared distance from each pixel to the nearest that is set: first down the columns, then across them.
 * @param {Uint8Array} values
 * @param {Box} box
 * @param {Size} pixel
 * @returns {Float64Array}
 */
function squaredDistances(values, { width, height }, pixel) {
  const squares = Float64Array.from(values, (value) => (value ? 0 : FAR));
  for (let column = 0; column < width; column += 1)
    lowerEnvelope(squares, column * height, 1, height, pixel.height);
  for (let row = 0; row < height; row += 1) lowerEnvelope(squares, row, height, width, pixel.width);
  return squares;
}

/**
 * Along one line, the least of (distance² + the value there): the lower envelope of parabolas, after Felzenszwalb and
 * Huttenlocher, "Distance Transforms of Sampled Functions" (2012). Works in place.
 * @param {Float64Array} squares
 * @param {number} first  index of the line's first pixel
 * @param {number} stride  from one to the next
 * @param {number} count
 * @param {number} size  of a pixel along the line
 */
function lowerEnvelope(squares, first, stride, count, size) {
  const heights = Float64Array.from({ length: count }, (_, index) => squares[first + index * stride]);
  const at = (/** @type {number} */ index) => index * size;
  const crossing = (/** @type {number} */ a, /** @type {number} */ b) =>
    (heights[b] + at(b) ** 2 - heights[a] - at(a) ** 2) / (2 * (at(b) - at(a)));
  const lowest = [0];
  const begins = [-Infinity];
  for (let index = 1; index < count; index += 1) {
    let from = crossing(lowest[lowest.length - 1], index);
    while (from <= begins[begins.length - 1]) {
      lowest.pop();
      begins.pop();
      from = crossing(lowest[lowest.length - 1], index);
    }
    lowest.push(index);
    begins.push(from);
  }
  let each = 0;
  for (let index = 0; index < count; index += 1) {
    while (begins[each + 1] < at(index)) each += 1;
    squares[first + index * stride] = (at(index) - at(lowest[each])) ** 2 + heights[lowest[each]];
  }
}
