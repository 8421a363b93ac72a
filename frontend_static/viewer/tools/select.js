/** Selects, moves and resizes marks; never draws. */

import { dragMark, hitMark, markCursor } from "./mark_drag.js";

/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./pointer.js').Workplace} Workplace */

/**
 * @param {Workplace} work
 * @returns {Tool}
 */
export function createSelectTool(work) {
  return {
    name: "select",
    cursor: (at) => markCursor(work, at, false),
    down(start) {
      const hit = hitMark(work, start);
      if (hit) return dragMark(work, hit, start);
      work.store.select(null);
      return null;
    },
  };
}
