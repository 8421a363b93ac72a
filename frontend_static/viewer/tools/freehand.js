/** Draws an outline by following it with the pointer. It is kept as a polygon with as few corners as say the same. */

import { asGeometry, within } from "../geometry/points.js";
import { shapeOf } from "../geometry/shapes.js";
import { MOST_CORNERS } from "../geometry/shapes/polygon.js";
import { simplifiedTo } from "../geometry/simplify.js";
import { drawingGround, isLargeEnough } from "./drawing.js";
import { dragMark, hitMark, markCursor } from "./mark_drag.js";
import { placesOf } from "./pointer_places.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./pointer.js').Workplace} Workplace */

const SHAPE = "polygon";
// Half a pixel of the screen: nobody sees the difference at the zoom at which it was drawn.
const TOLERANCE = 0.5;

/**
 * @param {{onDrawn: (id: string) => void}} options
 * @returns {Tool}
 */
export function createFreehandTool({ onDrawn }) {
  return {
    name: "freehand",
    cursor: (work, at) => markCursor(work, at, drawingGround(work) !== null),
    down(work, start, event) {
      const hit = hitMark(work, start);
      if (hit && hit.part !== "inside") return dragMark(work, hit, start, event);
      const ref = drawingGround(work);
      if (ref) return draw(work, ref, start, { onDrawn, under: hit?.id ?? null });
      work.store.select(hit?.id ?? null);
      return null;
    },
  };
}

/**
 * @param {Workplace} work
 * @param {FrameRef} ref
 * @param {Point} start
 * @param {{onDrawn: (id: string) => void, under: string | null}} options
 * @returns {import('./pointer.js').Drag}
 */
function draw({ store, viewport, overlay }, ref, start, { onDrawn, under }) {
  const place = (/** @type {Point} */ at) => within(viewport.toImage(at), viewport.image);
  const line = [place(start)];
  let size = { low: start, high: start };
  return {
    move(at, event) {
      if (viewport.shown !== ref) return;
      for (const each of placesOf(event, at)) line.push(place(each));
      size = {
        low: { x: Math.min(size.low.x, at.x), y: Math.min(size.low.y, at.y) },
        high: { x: Math.max(size.high.x, at.x), y: Math.max(size.high.y, at.y) },
      };
      overlay.setPreview({ id: null, shape: SHAPE, geometry: asGeometry(line), isUnfinished: true });
    },
    up() {
      overlay.setPreview(null);
      if (viewport.shown !== ref) return;
      const { zoom } = viewport.view;
      const { pixel } = viewport.image;
      const perPixel = { width: zoom * pixel.width, height: zoom * pixel.height };
      const corners = withoutRepeats(simplifiedTo(line, TOLERANCE, perPixel, MOST_CORNERS));
      const geometry = asGeometry(corners);
      const isDrawn = isLargeEnough(size.low, size.high, true) && shapeOf(SHAPE).isReal(geometry);
      const id = isDrawn ? store.addMark(ref, { shape: SHAPE, geometry }) : null;
      if (id) onDrawn(id);
      else store.select(under);
    },
    cancel: () => overlay.setPreview(null),
  };
}

/** @param {Point[]} line */
function withoutRepeats(line) {
  const corners = line.filter(
    ({ x, y }, index) => index === 0 || x !== line[index - 1].x || y !== line[index - 1].y,
  );
  const [first, last] = [corners[0], corners[corners.length - 1]];
  return corners.length > 1 && first.x === last.x && first.y === last.y ? corners.slice(0, -1) : corners;
}
