/** One place: {x, y}. */

import { movePoints, within } from "../points.js";

/** @typedef {import('../../types.js').Point} Point */

/** @type {import('../../types.js').Shape} */
export const point = {
  name: "point",
  isClosed: false,
  handles: (/** @type {Point} */ { x, y }) => [{ x, y }],
  outlines: (/** @type {Point} */ { x, y }) => [[{ x, y }]],
  bounds: (/** @type {Point} */ { x, y }) => ({ x, y, width: 0, height: 0 }),
  move: (geometry, dx, dy, image) => movePoints([geometry], dx, dy, image)[0],
  dragHandle: (_, index, to, image) => (index === 0 ? within(to, image) : _),
  isReal: () => true,
  contains: () => false,
  measures: () => [],
  same: (a, b) => a.x === b.x && a.y === b.y,
};
