/** A rectangle along the image's axes: {x, y, width, height}. */

import * as boxes from "../box.js";
import { areaMeasure, unitOf, unitsOf } from "../measure.js";

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
  dragHandle: (geometry, index, to, image) => boxes.resizeBox(geometry, index, to, image),
  isReal: (/** @type {Box} */ { width, height }) => width > 0 && height > 0,
  contains: (/** @type {Box} */ { x, y, width, height }, point) =>
    point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height,
  measures(/** @type {Box} */ { width, height }, spacing) {
    const pixel = unitsOf(spacing);
    const unit = unitOf(spacing);
    return [
      { name: "Width", value: width * pixel.width, unit },
      { name: "Height", value: height * pixel.height, unit },
      areaMeasure(width * height, spacing),
    ];
  },
  same: boxes.sameBox,
};
