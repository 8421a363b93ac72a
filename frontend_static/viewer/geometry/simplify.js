/** Leaves out the points of a line that say nothing. Pure functions. */

import { between, nearestPart } from "./points.js";

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Size} Size */

/**
 * By Douglas and Peucker: no point that is left out lies farther than the tolerance from the line.
 * @param {Point[]} line
 * @param {number} tolerance
 * @param {Size} pixel  the size of a pixel in the tolerance's unit
 * @returns {Point[]}
 */
export function simplified(line, tolerance, pixel) {
  if (line.length < 3) return line;
  const scaled = line.map(({ x, y }) => ({ x: x * pixel.width, y: y * pixel.height }));
  const isKept = new Uint8Array(line.length);
  isKept[0] = isKept[line.length - 1] = 1;
  const open = [[0, line.length - 1]];
  for (let range = open.pop(); range; range = open.pop()) {
    const [first, last] = range;
    const farthest = farthestFrom(scaled, first, last);
    if (farthest.distance <= tolerance) continue;
    isKept[farthest.index] = 1;
    open.push([first, farthest.index], [farthest.index, last]);
  }
  return line.filter((_, index) => isKept[index]);
}

/**
 * @param {Point[]} line
 * @param {number} first
 * @param {number} last
 */
function farthestFrom(line, first, last) {
  let farthest = { index: -1, distance: 0 };
  for (let index = first + 1; index < last; index += 1) {
    const place = between(line[first], line[last], nearestPart(line[index], line[first], line[last]));
    const distance = Math.hypot(line[index].x - place.x, line[index].y - place.y);
    if (distance > farthest.distance) farthest = { index, distance };
  }
  return farthest;
}

/**
 * The same, with as much tolerance as it takes to keep no more than so many points.
 * @param {Point[]} line
 * @param {number} tolerance
 * @param {Size} pixel
 * @param {number} most
 * @returns {Point[]}
 */
export function simplifiedTo(line, tolerance, pixel, most) {
  let left = simplified(line, tolerance, pixel);
  for (let wider = tolerance * 2; left.length > most; wider *= 2) left = simplified(line, wider, pixel);
  return left;
}
