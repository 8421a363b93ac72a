/** Marks single places by a click. */

import { within } from "../geometry/points.js";
import { drawingGround } from "./drawing.js";
import { dragMark, hitMark, markCursor } from "./mark_drag.js";
import { snapped } from "./snapping.js";

/** @typedef {import('./pointer.js').Tool} Tool */

/**
 * @param {{onDrawn: (id: string) => void}} options
 * @returns {Tool}
 */
export function createPointTool({ onDrawn }) {
  return {
    name: "point",
    cursor: (work, at) => markCursor(work, at, drawingGround(work) !== null),
    down(work, start, event) {
      const { store, viewport, overlay } = work;
      const hit = hitMark(work, start);
      if (hit && hit.part !== "inside") return dragMark(work, hit, start, event);
      const ref = drawingGround(work);
      const first = viewport.toImage(start);
      const { columns, rows } = viewport.image;
      const isOutside = first.x < 0 || first.y < 0 || first.x > columns || first.y > rows;
      if (!ref || isOutside) {
        store.select(null);
        return null;
      }
      let geometry = within(snapped(work, "point", first, event), viewport.image);
      const show = () => overlay.setPreview({ id: null, shape: "point", geometry });
      show();
      return {
        move(at, moved) {
          if (viewport.shown !== ref) return;
          geometry = within(snapped(work, "point", viewport.toImage(at), moved), viewport.image);
          show();
        },
        up() {
          overlay.setPreview(null);
          const id = viewport.shown === ref ? store.addMark(ref, { shape: "point", geometry }) : null;
          if (id) onDrawn(id);
        },
        cancel: () => overlay.setPreview(null),
      };
    },
  };
}
