/** The shapes that a mark can have, by name. */

import { angle } from "./shapes/angle.js";
import { bidirectional } from "./shapes/bidirectional.js";
import { box } from "./shapes/box.js";
import { box3d } from "./shapes/box_3d.js";
import { ellipse } from "./shapes/ellipse.js";
import { line } from "./shapes/line.js";
import { mask } from "./shapes/mask.js";
import { point } from "./shapes/point.js";
import { polygon } from "./shapes/polygon.js";
import { rotatedBox } from "./shapes/rotated_box.js";

/** @typedef {import('../types.js').Shape} Shape */

/** @type {Map<string, Shape>} */
const SHAPES = new Map(
  [box, rotatedBox, ellipse, polygon, point, line, angle, bidirectional, mask, box3d].map((shape) => [
    shape.name,
    shape,
  ]),
);

/**
 * @param {string} name
 * @returns {Shape}
 */
export function shapeOf(name) {
  const shape = SHAPES.get(name);
  if (!shape) throw new Error(`there is no shape ${name}`);
  return shape;
}

export const shapeNames = [...SHAPES.keys()];

/** @param {string} name */
export const shapeInWords = (name) => WORDS[name] ?? name;

/** @type {Record<string, string>} */
const WORDS = {
  box: "box",
  rotated_box: "rotated box",
  ellipse: "ellipse",
  polygon: "outline",
  point: "point",
  line: "line",
  angle: "angle",
  bidirectional: "two diameters",
  box_3d: "3D box",
  mask: "mask",
};
