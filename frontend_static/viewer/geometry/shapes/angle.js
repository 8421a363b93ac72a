/** An angle: {points: [p1, vertex, p2]}. */

import { angleAt } from "../measure.js";
import { openShape } from "./open_shape.js";

/** @type {import('../../types.js').Shape} */
export const angle = {
  ...openShape("angle", (points) => [points]),
  isReal({ points: [first, vertex, second] }) {
    const isApart = (/** @type {number[]} */ [x, y]) => x !== vertex[0] || y !== vertex[1];
    return isApart(first) && isApart(second);
  },
  measures(geometry, spacing, pixel = { width: 1, height: 1 }) {
    const [first, vertex, second] = angle.handles(geometry);
    const size = spacing ? { width: spacing.column_mm, height: spacing.row_mm } : pixel;
    return [{ name: "Angle", value: angleAt(first, vertex, second, size), unit: "°" }];
  },
};
