/** Pixels of one frame: {size: [rows, columns], counts: [...]}, run lengths as COCO has them. It has no handles. */

import { areaMeasure } from "../measure.js";
import {
  boundsOfMask,
  geometryOf,
  isEmpty,
  maskHolds,
  maskOf,
  movedMask,
  pixelCount,
} from "../masks/mask.js";
import { outlinesOfMask } from "../masks/outline.js";
import { clamp } from "../points.js";

/** @typedef {import('../../types.js').Point} Point */
/** @typedef {import('../masks/mask.js').MaskGeometry} MaskGeometry */

/** @type {WeakMap<MaskGeometry, Point[][]>} */
const outlines = new WeakMap();
/** @type {WeakMap<MaskGeometry, import('../../types.js').Box>} */
const bounds = new WeakMap();

/**
 * Worked out once for each geometry, as it is never changed.
 * @template Value
 * @param {WeakMap<MaskGeometry, Value>} known
 * @param {(mask: import('../masks/mask.js').Mask) => Value} find
 * @returns {(geometry: MaskGeometry) => Value}
 */
const once = (known, find) => (geometry) => {
  const value = known.get(geometry) ?? find(maskOf(geometry));
  known.set(geometry, value);
  return value;
};
const boundsOf = once(bounds, boundsOfMask);

/** @type {import('../../types.js').Shape} */
export const mask = {
  name: "mask",
  isClosed: true,
  isPainted: true,
  handles: () => [],
  outlines: once(outlines, outlinesOfMask),
  bounds: boundsOf,
  columnRuns: (geometry) => maskOf(geometry).columns,
  move(geometry, dx, dy, { columns, rows }) {
    const { x, y, width, height } = boundsOf(geometry);
    const right = clamp(Math.round(dx), -x, columns - x - width);
    const down = clamp(Math.round(dy), -y, rows - y - height);
    return right || down ? geometryOf(movedMask(maskOf(geometry), right, down)) : geometry;
  },
  dragHandle: (geometry) => geometry,
  isReal: (geometry) => !isEmpty(maskOf(geometry)),
  contains: (geometry, point) => maskHolds(maskOf(geometry), point),
  measures: (geometry, spacing) => [areaMeasure(pixelCount(maskOf(geometry)), spacing)],
  same: (/** @type {MaskGeometry} */ a, /** @type {MaskGeometry} */ b) =>
    a.counts.length === b.counts.length && a.counts.every((count, index) => count === b.counts[index]),
};
