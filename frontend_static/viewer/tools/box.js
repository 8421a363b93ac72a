/** Draws boxes. An edge or handle under the pointer is edited instead; a click inside a box selects it. */

import { boxBetween } from "../geometry/box.js";
import { dragMark, hitMark, markCursor } from "./mark_drag.js";

/** @typedef {import('./pointer.js').Tool} Tool */

// Smaller on the screen than this, a box is a slip of the hand.
const SMALLEST = 3;

/**
 * @param {{onDrawn: (id: string) => void}} options
 * @returns {Tool}
 */
export function createBoxTool({ onDrawn }) {
  return {
    name: "box",
    cursor: (work, at) => markCursor(work, at, !work.store.isReadOnly),
    down(work, start) {
      const { store, viewport, overlay, marks } = work;
      const ref = viewport.shown;
      const hit = hitMark(work, start);
      if (hit && hit.part !== "inside") return dragMark(work, hit, start);
      if (!ref || marks.areHidden || store.isReadOnly || store.currentLabel === null) {
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
          if (viewport.shown === ref) overlay.setPreview({ id: null, shape: "box", geometry: boxTo() });
        },
        up() {
          overlay.setPreview(null);
          const box = boxTo();
          if (viewport.shown !== ref) return;
          if (!isDrawn() || box.width === 0 || box.height === 0) {
            store.select(hit?.id ?? null);
            return;
          }
          const id = store.addMark(ref, { shape: "box", geometry: box });
          if (id) onDrawn(id);
        },
        cancel: () => overlay.setPreview(null),
      };
    },
  };
}
