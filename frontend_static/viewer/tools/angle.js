/** Measures angles by three clicks: an end, the vertex, the other end. */

import { createClickTool } from "./click_tool.js";

/** @param {{onDrawn: (id: string) => void}} options */
export const createAngleTool = (options) =>
  createClickTool({ name: "angle", shape: "angle", fewest: 3, most: 3 }, options);
