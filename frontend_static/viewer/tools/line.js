/** Draws lines; their length stands beside them. */

import { asGeometry, within } from "../geometry/points.js";
import { createDragTool } from "./drag_tool.js";

/** @param {{onDrawn: (id: string) => void}} options */
export const createLineTool = (options) =>
  createDragTool(
    {
      name: "line",
      shape: "line",
      between: (first, last, image) => asGeometry([within(first, image), within(last, image)]),
    },
    options,
  );
