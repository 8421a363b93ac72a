/** One slice of a box in space: {x, y, width, height}. The boxes of one lesion on neighbouring slices make the whole. */

import { box } from "./box.js";

/** @type {import('../../types.js').Shape} */
export const box3d = { ...box, name: "box_3d" };
