/** A straight line: {points: [p1, p2]}. */

import { lengthBetween, unitOf, unitsOf } from "../measure.js";
import { openShape } from "./open_shape.js";

/** @type {import('../../types.js').Shape} */
export const line = {
  ...openShape("line", (points) => [points]),
  isReal: ({ points: [[x0, y0], [x1, y1]] }) => x0 !== x1 || y0 !== y1,
  measures(geometry, spacing) {
    const [a, b] = line.handles(geometry);
    return [{ name: "Length", value: lengthBetween(a, b, unitsOf(spacing)), unit: unitOf(spacing) }];
  },
};
