/** Makes the rim of a mask smoother without making it smaller. Pure functions. */

import { boundsOfMask, isEmpty, pixelCount } from "./mask.js";
import { maskOfRaster, rasterOf, widened } from "./raster.js";

/** @typedef {import('./mask.js').Mask} Mask */
/** @typedef {import('./raster.js').Raster} Raster */
/** @typedef {import('../../types.js').Size} Size */

// Widths of the smaller side of a pixel.
const RADIUS = 2.5;

/**
 * Each pixel goes with the majority of those around it, as far as the radius; or with fewer, where that keeps the area
 * nearer to what it was. A plain majority would take a little from every convex rim each time.
 * @param {Mask} mask
 * @param {Size} pixel
 * @param {number} [radius]  in the unit of `pixel`
 * @returns {Mask}
 */
export function smoothed(mask, pixel, radius = RADIUS) {
  if (isEmpty(mask)) return mask;
  const margin = Math.ceil(radius / Math.min(pixel.width, pixel.height));
  const raster = rasterOf(mask, widened(boundsOfMask(mask), margin));
  const counts = countsAround(raster, pixel, radius);
  // What lies beyond the image cannot be marked, so it does not count towards the area.
  const inImage = rasterOf({ rows: mask.rows, columns: mask.columns.map(() => [0, mask.rows]) }, raster);
  const most = kernelSize(pixel, radius);
  const level = Math.min(Math.floor(most / 2) + 1, levelFor(counts, inImage.values, pixelCount(mask)));
  return maskOfRaster(
    { ...raster, values: Uint8Array.from(counts, (count) => Number(count >= level)) },
    mask,
  );
}

/**
 * How many pixels of the mask lie around each pixel.
 * @param {Raster} raster
 * @param {Size} pixel
 * @param {number} radius
 * @returns {Uint16Array}
 */
function countsAround({ width, height, values }, pixel, radius) {
  const sums = sumsDown(width, height, values);
  const counts = new Uint16Array(values.length);
  const reach = Math.floor(radius / pixel.width);
  for (let dx = -reach; dx <= reach; dx += 1) {
    const half = halfHeight(pixel, radius, dx);
    for (let column = Math.max(0, -dx); column < Math.min(width, width - dx); column += 1) {
      const first = (column + dx) * (height + 1);
      for (let row = 0; row < height; row += 1) {
        const [top, bottom] = [Math.max(0, row - half), Math.min(height, row + half + 1)];
        counts[column * height + row] += sums[first + bottom] - sums[first + top];
      }
    }
  }
  return counts;
}

/**
 * How far up and down pixels count as around, so many columns away.
 * @param {Size} pixel
 * @param {number} radius
 * @param {number} dx
 */
const halfHeight = (pixel, radius, dx) =>
  Math.floor(Math.sqrt(radius ** 2 - (dx * pixel.width) ** 2) / pixel.height);

/**
 * @param {Size} pixel
 * @param {number} radius
 */
function kernelSize(pixel, radius) {
  const reach = Math.floor(radius / pixel.width);
  let size = 0;
  for (let dx = -reach; dx <= reach; dx += 1) size += 2 * halfHeight(pixel, radius, dx) + 1;
  return size;
}

/**
 * Sums of each column down to each row.
 * @param {number} width
 * @param {number} height
 * @param {Uint8Array} values
 */
function sumsDown(width, height, values) {
  const sums = new Uint32Array(width * (height + 1));
  for (let column = 0; column < width; column += 1) {
    const first = column * (height + 1);
    for (let row = 0; row < height; row += 1) {
      sums[first + row + 1] = sums[first + row] + values[column * height + row];
    }
  }
  return sums;
}

/**
 * The count from which on a pixel belongs to the mask, so that the area is nearest to what is wanted.
 * @param {Uint16Array} counts
 * @param {Uint8Array} inImage
 * @param {number} wanted  pixels
 */
function levelFor(counts, inImage, wanted) {
  const highest = counts.reduce((most, count) => Math.max(most, count), 0);
  const tally = new Uint32Array(highest + 2);
  counts.forEach((count, index) => (tally[count] += inImage[index]));
  let [level, area, best] = [highest, 0, Infinity];
  for (let each = highest; each > 0; each -= 1) {
    area += tally[each];
    if (Math.abs(area - wanted) >= best) break;
    best = Math.abs(area - wanted);
    level = each;
  }
  return level;
}
