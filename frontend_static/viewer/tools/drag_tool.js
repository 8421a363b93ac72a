/** A tool that draws by dragging. An edge or handle under the pointer is edited instead; a click inside selects. */

import { shapeOf } from "../geometry/shapes.js";
import { drawingGround, isLargeEnough } from "./drawing.js";
import { dragMark, hitMark, markCursor } from "./mark_drag.js";
import { snapped } from "./snapping.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').ImageShape} ImageShape */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./pointer.js').Workplace} Workplace */

/**
 * @typedef {object} DragDrawing
 * @property {string} name
 * @property {string} shape
 * @property {(first: Point, last: Point, image: ImageShape) => any} between  geometry from both ends of the drag
 * @property {(work: Workplace, ref: FrameRef, geometry: any) => string | null} [add]
 */

/**
 * @param {DragDrawing} drawing
 * @param {{onDrawn: (id: string) => void}} options
 * @returns {Tool}
 */
export function createDragTool({ name, shape: shapeName, between, add }, { onDrawn }) {
  const shape = shapeOf(shapeName);

  /** @type {NonNullable<DragDrawing["add"]>} */
  const keep = add ?? (({ store }, ref, geometry) => store.addMark(ref, { shape: shapeName, geometry }));

  /**
   * @param {Workplace} work
   * @param {FrameRef} ref
   * @param {Point} start
   * @param {PointerEvent} event
   * @param {string | null} under  the mark that a mere click selects
   */
  function draw(work, ref, start, event, under) {
    const { store, viewport, overlay } = work;
    const origin = snapped(work, shapeName, viewport.toImage(start), event);
    /** @type {any} */
    let geometry = null;
    return {
      move(/** @type {Point} */ at, /** @type {PointerEvent} */ moved) {
        geometry = null;
        // The wheel may have changed the image under a held button.
        if (viewport.shown !== ref || !isLargeEnough(start, at, shape.isClosed))
          return overlay.setPreview(null);
        const end = snapped(work, shapeName, viewport.toImage(at), moved);
        geometry = between(origin, end, viewport.image);
        return overlay.setPreview({ id: null, shape: shapeName, geometry });
      },
      up() {
        overlay.setPreview(null);
        if (viewport.shown !== ref) return;
        const id = geometry && shape.isReal(geometry) ? keep(work, ref, geometry) : null;
        if (id) onDrawn(id);
        else store.select(under);
      },
      cancel: () => overlay.setPreview(null),
    };
  }

  return {
    name,
    cursor: (work, at) => markCursor(work, at, drawingGround(work) !== null),
    down(work, start, event) {
      const hit = hitMark(work, start);
      if (hit && hit.part !== "inside") return dragMark(work, hit, start, event);
      const ref = drawingGround(work);
      if (ref) return draw(work, ref, start, event, hit?.id ?? null);
      work.store.select(hit?.id ?? null);
      return null;
    },
  };
}
