/** The pixels of a part of a mask, one byte each, down its columns; for what looks at neighbours. Pure functions. */

import { NOTHING } from "./runs.js";

/** @typedef {import('./mask.js').Mask} Mask */
/** @typedef {import('../../types.js').Box} Box */
/** @typedef {Box & {values: Uint8Array}} Raster  whole pixels; may reach beyond the image, where nothing is */

/**
 * @param {Mask} mask
 * @param {Box} box
 * @returns {Raster}
 */
export function rasterOf({ columns }, { x, y, width, height }) {
  const values = new Uint8Array(width * height);
  for (let column = 0; column < width; column += 1) {
    const runs = columns[x + column] ?? NOTHING;
    const first = column * height;
    for (let index = 0; index < runs.length; index += 2) {
      const [from, to] = [Math.max(0, runs[index] - y), Math.min(height, runs[index + 1] - y)];
      if (to > from) values.fill(1, first + from, first + to);
    }
  }
  return { x, y, width, height, values };
}

/**
 * @param {Raster} raster
 * @param {Mask} image  of the size that is wanted
 * @returns {Mask}
 */
export function maskOfRaster({ x, y, width, height, values }, { rows, columns }) {
  const [top, bottom] = [Math.max(0, -y), Math.min(height, rows - y)];
  const runsAt = (/** @type {number} */ column) => {
    /** @type {number[]} */
    const runs = [];
    for (let row = top; row < bottom; row += 1) {
      if ((values[column * height + row] === 1) !== (runs.length % 2 === 1)) runs.push(row + y);
    }
    if (runs.length % 2) runs.push(bottom + y);
    return runs.length ? runs : NOTHING;
  };
  const isIn = (/** @type {number} */ column) => column >= x && column < x + width;
  return { rows, columns: columns.map((_, column) => (isIn(column) ? runsAt(column - x) : NOTHING)) };
}

/**
 * @param {Box} box
 * @param {number} margin
 * @returns {Box}
 */
export const widened = ({ x, y, width, height }, margin) => ({
  x: x - margin,
  y: y - margin,
  width: width + 2 * margin,
  height: height + 2 * margin,
});
