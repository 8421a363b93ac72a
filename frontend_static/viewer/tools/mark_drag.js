/** Finds the mark under the pointer and drags it or one of its handles; shared by the tools that touch marks. */

import * as boxes from "../geometry/box.js";
import { transformBox, transformPoint } from "../geometry/transform.js";

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('./pointer.js').Drag} Drag */
/** @typedef {import('./pointer.js').Workplace} Workplace */
/** @typedef {{id: string, box: Box, handle: number, part: "handle" | "edge" | "inside"}} Hit */

const HANDLE_REACH = 8;
const EDGE_REACH = 5;
// Less than this is a click, not a drag.
const CLICK_SLACK = 3;

/**
 * Handles of the selected mark first, then edges, then the smallest box around the point.
 * @param {Workplace} work
 * @param {Point} at  CSS pixels
 * @returns {Hit | null}
 */
export function hitMark({ store, viewport, overlay }, at) {
  const { matrix } = viewport;
  const hits = overlay.shownMarks.map(([id, { geometry: box }]) => {
    const screen = transformBox(matrix, box);
    return { id, box, handle: -1, part: boxes.partAt(screen, at, EDGE_REACH), size: boxes.area(screen) };
  });
  const selected = hits.find(({ id }) => id === store.selectedId);
  if (selected && !store.isReadOnly) {
    const places = boxes.HANDLES.map((_, index) =>
      transformPoint(matrix, boxes.handlePoint(selected.box, index)),
    );
    const handle = boxes.handleAt(places, at, HANDLE_REACH);
    if (handle >= 0) return { ...selected, handle, part: "handle" };
  }
  const near = hits.filter(({ part }) => part !== "outside");
  near.sort(
    (one, other) => Number(one.part === "inside") - Number(other.part === "inside") || one.size - other.size,
  );
  const [best] = near;
  return best ? /** @type {Hit} */ (best) : null;
}

/**
 * Move or resize a mark; the change becomes a command when the button is released.
 * @param {Workplace} work
 * @param {Hit} hit
 * @param {Point} start
 * @returns {Drag}
 */
export function dragMark({ store, viewport, overlay }, { id, box, handle, part }, start) {
  store.select(id);
  const origin = viewport.toImage(start);
  const bounds = viewport.image;
  let result = box;
  let isDragging = false;
  return {
    move(at) {
      isDragging ||= Math.hypot(at.x - start.x, at.y - start.y) >= CLICK_SLACK;
      if (!isDragging || store.isReadOnly) return;
      const to = viewport.toImage(at);
      result =
        part === "handle"
          ? boxes.resizeBox(box, handle, to, bounds)
          : boxes.moveBox(box, to.x - origin.x, to.y - origin.y, bounds);
      overlay.setPreview({ id, shape: "box", geometry: result });
    },
    up() {
      overlay.setPreview(null);
      const isReal = result.width > 0 && result.height > 0;
      if (isReal && !boxes.sameBox(result, box)) store.changeMark(id, { geometry: result });
    },
    cancel() {
      overlay.setPreview(null);
    },
  };
}

/**
 * @param {Workplace} work
 * @param {Point} at
 * @param {boolean} drawsInside  a press inside a box begins a new one
 */
export function markCursor(work, at, drawsInside) {
  const hit = hitMark(work, at);
  if (!hit || (hit.part === "inside" && drawsInside)) return drawsInside ? "crosshair" : "default";
  if (hit.part !== "handle") return work.store.isReadOnly ? "pointer" : "move";
  const centre = transformPoint(
    work.viewport.matrix,
    boxes.handlePoint({ ...hit.box, ...centreOf(hit.box) }, 0),
  );
  const place = transformPoint(work.viewport.matrix, boxes.handlePoint(hit.box, hit.handle));
  const [dx, dy] = [place.x - centre.x, place.y - centre.y];
  if (Math.abs(dx) < 0.5) return "ns-resize";
  if (Math.abs(dy) < 0.5) return "ew-resize";
  return dx * dy > 0 ? "nwse-resize" : "nesw-resize";
}

/** @param {Box} box */
const centreOf = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });
