/** Draws boxes. An edge or handle under the pointer is edited instead; a click inside a box selects it. */

import { boxBetween } from "../geometry/box.js";
import { dragMark, hitMark, markCursor } from "./mark_drag.js";

/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./pointer.js').Workplace} Workplace */

// Smaller on the screen than this, a box is a slip of the hand.
const SMALLEST = 3;

/**
 * @param {Workplace} work
 * @param {(id: string) => void} onDrawn
 * @returns {Tool}
 */
export function createBoxTool(work, onDrawn) {
  const { store, viewport, overlay } = work;
  return {
    name: "box",
    cursor: (at) => markCursor(work, at, !store.isReadOnly),
    down(start) {
      const ref = viewport.shown;
      const hit = hitMark(work, start);
      if (hit && hit.part !== "inside") return dragMark(work, hit, start);
      if (!ref || overlay.isHidden || store.isReadOnly || store.currentLabel === null) {
        store.select(hit?.id ?? null);
        return null;
      }
      const origin = viewport.toImage(start);
      let end = start;
      const boxTo = () => boxBetween(origin, viewport.toImage(end), viewport.image);
      const isDrawn = () => Math.abs(end.x - start.x) >= SMALLEST && Math.abs(end.y - start.y) >= SMALLEST;
      return {
        move(at) {
          end = at;
          // The wheel may have changed the image under a held button.
          if (viewport.shown === ref) overlay.setPreview({ id: null, box: boxTo() });
        },
        up() {
          overlay.setPreview(null);
          const box = boxTo();
          if (viewport.shown !== ref) return;
          if (!isDrawn() || box.width === 0 || box.height === 0) {
            store.select(hit?.id ?? null);
            return;
          }
          const id = store.addMark(ref, box);
          if (id) onDrawn(id);
        },
        cancel: () => overlay.setPreview(null),
      };
    },
  };
}
