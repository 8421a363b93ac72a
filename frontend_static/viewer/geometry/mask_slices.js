/** Masks between the slices on which they were drawn. Pure functions. */

import { masksBetween } from "./masks/between.js";
import { geometryOf, isEmpty, maskOf } from "./masks/mask.js";

/** @typedef {import('./masks/mask.js').MaskGeometry} MaskGeometry */
/** @typedef {{index: number, geometry: MaskGeometry}} Key  index: place in the series */
/** @typedef {import('../types.js').Size} Size */

/** What was worked out, by the first key slice: a stroke on one slice leaves the other pairs as they are. */
/** @type {WeakMap<MaskGeometry, {second: MaskGeometry, parts: string, found: (MaskGeometry | null)[]}>} */
const known = new WeakMap();

/**
 * The masks of all slices between key slices; those of none are left out.
 * @param {Key[]} keys  in any order
 * @param {number[]} positions  of the series' slices
 * @param {Size} pixel
 * @returns {Map<number, MaskGeometry>}
 */
export function masksBetweenKeys(keys, positions, pixel) {
  const sorted = [...keys].sort((one, other) => one.index - other.index);
  /** @type {Map<number, MaskGeometry>} */
  const all = new Map();
  for (let each = 1; each < sorted.length; each += 1) {
    const [first, second] = [sorted[each - 1], sorted[each]];
    const span = positions[second.index] - positions[first.index];
    const places = positions.slice(first.index + 1, second.index);
    const parts = places.map((place) => (place - positions[first.index]) / span);
    between(first.geometry, second.geometry, parts, pixel).forEach((geometry, index) => {
      if (geometry) all.set(first.index + 1 + index, geometry);
    });
  }
  return all;
}

/**
 * @param {MaskGeometry} first
 * @param {MaskGeometry} second
 * @param {number[]} parts
 * @param {Size} pixel
 * @returns {(MaskGeometry | null)[]}
 */
function between(first, second, parts, pixel) {
  const isAlike = first.size[0] === second.size[0] && first.size[1] === second.size[1];
  if (!parts.length || !isAlike) return [];
  const earlier = known.get(first);
  if (earlier?.second === second && earlier.parts === parts.join()) return earlier.found;
  const masks = masksBetween(maskOf(first), maskOf(second), parts, pixel);
  const found = masks.map((mask) => (isEmpty(mask) ? null : geometryOf(mask)));
  known.set(first, { second, parts: parts.join(), found });
  return found;
}
