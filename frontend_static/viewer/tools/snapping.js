/** A help that can be switched on: single points go to the strongest edge of the picture near them. Ctrl turns it round. */

import { snapToEdge } from "../image/edges.js";

/** @typedef {import('../types.js').Point} Point */

// Whole boxes and ellipses have no corner on an edge of anything.
const SNAPPING = new Set(["polygon", "point", "line", "angle", "bidirectional"]);
const REACH = 10;

/**
 * @param {import('./pointer.js').Workplace} work
 * @param {string} shape
 * @param {Point} point  image pixels
 * @param {{ctrlKey: boolean, metaKey: boolean}} keys
 * @returns {Point}
 */
export function snapped({ marks, viewport }, shape, point, { ctrlKey, metaKey }) {
  const { pixels, view } = viewport;
  const isWanted = marks.snapsToEdges !== (ctrlKey || metaKey);
  if (!isWanted || !pixels || !SNAPPING.has(shape)) return point;
  return snapToEdge(pixels, point, Math.min(6, Math.max(1.5, REACH / view.zoom)));
}
