/** Draws ellipses by the diagonal of the box around them; the ends of their axes turn them. */

import { ellipseBetween } from "../geometry/shapes/ellipse.js";
import { createDragTool } from "./drag_tool.js";

/** @param {{onDrawn: (id: string) => void}} options */
export const createEllipseTool = (options) =>
  createDragTool({ name: "ellipse", shape: "ellipse", between: ellipseBetween }, options);
