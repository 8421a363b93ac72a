/** Selects, moves and resizes marks; never draws. */

import { dragMark, hitMark, markCursor } from "./mark_drag.js";

/** @typedef {import('./pointer.js').Tool} Tool */

/** @returns {Tool} */
export function createSelectTool() {
  return {
    name: "select",
    cursor: (work, at) => markCursor(work, at, false),
    down(work, start, event) {
      const hit = hitMark(work, start);
      if (hit) return dragMark(work, hit, start, event);
      work.store.select(null);
      return null;
    },
  };
}
