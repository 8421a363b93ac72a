/** Fills: the holes of a mask, and a region of pixels that are alike. Neighbours share an edge. Pure functions. */

import { boundsOfMask, combinedMasks, isEmpty } from "./mask.js";
import { maskOfRaster, rasterOf, widened } from "./raster.js";

/** @typedef {import('./mask.js').Mask} Mask */
/** @typedef {import('./raster.js').Raster} Raster */
/** @typedef {import('../../types.js').Point} Point */

/**
 * The pixels that are connected to a first one.
 * @param {{column: number, row: number}} start
 * @param {{columns: number, rows: number}} size
 * @param {(column: number, row: number) => boolean} isIn
 * @param {number} [most]
 * @returns {{found: Uint8Array, count: number} | null}  down the columns; null where there are more than `most`
 */
function connected(start, { columns, rows }, isIn, most = Infinity) {
  const found = new Uint8Array(columns * rows);
  const waiting = [start];
  let count = 0;
  const isNew = (/** @type {number} */ column, /** @type {number} */ row) =>
    found[column * rows + row] === 0 && isIn(column, row);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { column, row } = next;
    if (!isNew(column, row)) continue;
    let [top, bottom] = [row, row + 1];
    while (top > 0 && isNew(column, top - 1)) top -= 1;
    while (bottom < rows && isNew(column, bottom)) bottom += 1;
    found.fill(1, column * rows + top, column * rows + bottom);
    count += bottom - top;
    if (count > most) return null;
    for (const beside of [column - 1, column + 1]) {
      if (beside < 0 || beside >= columns) continue;
      for (let each = top; each < bottom; each += 1) {
        const isFirst = each === top || !isNew(beside, each - 1);
        if (isFirst && isNew(beside, each)) waiting.push({ column: beside, row: each });
      }
    }
  }
  return { found, count };
}

/**
 * The pixels around a mask that are no part of it, as far as they are connected to the outside.
 * @param {Mask} mask
 * @returns {Raster}  1: outside
 */
function outsideOf(mask) {
  const raster = rasterOf(mask, widened(boundsOfMask(mask), 1));
  const { width: columns, height: rows, values } = raster;
  const isIn = (/** @type {number} */ column, /** @type {number} */ row) => values[column * rows + row] === 0;
  const around = connected({ column: 0, row: 0 }, { columns, rows }, isIn);
  return { ...raster, values: around?.found ?? values };
}

/**
 * @param {Mask} mask
 * @returns {Mask}
 */
export function withoutHoles(mask) {
  if (isEmpty(mask)) return mask;
  const outside = outsideOf(mask);
  return maskOfRaster({ ...outside, values: outside.values.map((value) => 1 - value) }, mask);
}

/**
 * The hole of a mask that a point lies in; null where it lies in none.
 * @param {Mask} mask
 * @param {Point} point
 * @returns {Mask | null}
 */
export function holeAt(mask, { x, y }) {
  const holes = combinedMasks(withoutHoles(mask), mask, "subtract");
  const at = { column: Math.floor(x), row: Math.floor(y) };
  const box = boundsOfMask(holes);
  const raster = rasterOf(holes, box);
  const [column, row] = [at.column - box.x, at.row - box.y];
  const size = { columns: box.width, rows: box.height };
  const isIn = (/** @type {number} */ c, /** @type {number} */ r) => raster.values[c * box.height + r] === 1;
  if (column < 0 || row < 0 || column >= box.width || row >= box.height || !isIn(column, row)) return null;
  const hole = connected({ column, row }, size, isIn);
  return hole && maskOfRaster({ ...raster, values: hole.found }, mask);
}

/**
 * The region of pixels that are meant around a point; null where it has more than `most`, and empty where the point
 * itself is not meant.
 * @param {Mask} image  of the size that is wanted
 * @param {Point} point
 * @param {(column: number, row: number) => boolean} isIn
 * @param {number} most  pixels
 * @returns {Mask | null}
 */
export function regionAt(image, point, isIn, most) {
  const size = { columns: image.columns.length, rows: image.rows };
  const start = { column: Math.floor(point.x), row: Math.floor(point.y) };
  const region = connected(start, size, isIn, most);
  const box = { x: 0, y: 0, width: size.columns, height: size.rows };
  return region && maskOfRaster({ ...box, values: region.found }, image);
}
