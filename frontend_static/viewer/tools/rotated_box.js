/** Draws boxes that can be turned: drawn upright, then turned by the handle that stands away from them. */

import { rotatedBoxBetween } from "../geometry/shapes/rotated_box.js";
import { createDragTool } from "./drag_tool.js";

/** @param {{onDrawn: (id: string) => void}} options */
export const createRotatedBoxTool = (options) =>
  createDragTool({ name: "rotated_box", shape: "rotated_box", between: rotatedBoxBetween }, options);
