/** Draws boxes along the image's axes. */

import { boxBetween } from "../geometry/box.js";
import { createDragTool } from "./drag_tool.js";

/** @param {{onDrawn: (id: string) => void}} options */
export const createBoxTool = (options) =>
  createDragTool({ name: "box", shape: "box", between: boxBetween }, options);
