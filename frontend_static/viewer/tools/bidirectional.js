/** Draws the longest diameter of a lesion; the one across it comes with it and is then adjusted. */

import { bidirectionalAlong } from "../geometry/shapes/bidirectional.js";
import { createDragTool } from "./drag_tool.js";

/** @param {{onDrawn: (id: string) => void}} options */
export const createBidirectionalTool = (options) =>
  createDragTool({ name: "bidirectional", shape: "bidirectional", between: bidirectionalAlong }, options);
