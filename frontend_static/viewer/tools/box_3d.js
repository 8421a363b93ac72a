/**
 * Draws boxes over slices: one drawn on another slice, where the selected one would go on, belongs to the same lesion,
 * and the slices between are filled. One that lies apart from it begins a lesion of its own.
 */

import { boxBetween } from "../geometry/box.js";
import { createDragTool } from "./drag_tool.js";
import { addSlice } from "./lesion_slices.js";

const SHAPE = "box_3d";

/** @param {{onDrawn: (id: string) => void}} options */
export const createBox3dTool = (options) =>
  createDragTool(
    {
      name: SHAPE,
      shape: SHAPE,
      between: boxBetween,
      add: (work, ref, geometry) => addSlice(work, ref, { shape: SHAPE, geometry, replaces: true }),
    },
    options,
  );
