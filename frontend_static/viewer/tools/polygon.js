/** Draws outlines corner by corner. */

import { MOST_CORNERS } from "../geometry/shapes/polygon.js";
import { createClickTool } from "./click_tool.js";

/** @param {{onDrawn: (id: string) => void}} options */
export const createPolygonTool = (options) =>
  createClickTool({ name: "polygon", shape: "polygon", fewest: 3, most: MOST_CORNERS }, options);
