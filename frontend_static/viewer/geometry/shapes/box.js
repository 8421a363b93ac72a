/** A rectangle along the image's axes: {x, y, width, height}. */

import * as boxes from "../box.js";

/** @typedef {import('../../types.js').Box} Box */
/** @typedef {import('../../types.js').Point} Point */

/** @type {import('../../types.js').Shape} */
export const box = {
  name: "box",
  isClosed: true,
  handles: (/** @type {Box} */ geometry) =>
    boxes.HANDLES.map((_, index) => boxes.handlePoint(geometry, index)),
  outlines: (/** @type {Box} */ { x, y, width, height }) => [
    [
      { x, y },
      { x: x + width, y },
      { x: x + width, y: y + height },
      { x, y: y + height },
      { x, y },
    ],
  ],
  bounds: (/** @type {Box} */ geometry) => geometry,
  move: boxes.moveBox,
  dragHandle: boxes.resizeBox,
  isReal: (/** @type {Box} */ { width, height }) => width > 0 && height > 0,
  contains: (/** @type {Box} */ { x, y, width, height }, point) =>
    point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height,
  measures(/** @type {Box} */ { width, height }, spacing) {
    const unit = spacing ? "mm" : "px";
    return [
      { name: "Width", value: width * (spacing?.column_mm ?? 1), unit },
      { name: "Height", value: height * (spacing?.row_mm ?? 1), unit },
    ];
  },
  same: boxes.sameBox,
};
