/** Finds the mark under the pointer and drags it or one of its handles; shared by the tools that touch marks. */

import { handlesOn } from "../canvas/handles.js";
import { distanceToLine } from "../geometry/points.js";
import { shapeOf } from "../geometry/shapes.js";
import { transformBox, transformPoint } from "../geometry/transform.js";
import { changeGeometry } from "./geometry_change.js";
import { snapped } from "./snapping.js";

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('./pointer.js').Drag} Drag */
/** @typedef {import('./pointer.js').Workplace} Workplace */
/** @typedef {{id: string, mark: Mark, handle: number, part: "handle" | "edge" | "inside"}} Hit */

const HANDLE_REACH = 8;
const EDGE_REACH = 5;
// Less than this is a click, not a drag.
const CLICK_SLACK = 3;

/**
 * Handles of the selected mark first, then edges, then the smallest mark around the point.
 * @param {Workplace} work
 * @param {Point} at  CSS pixels
 * @returns {Hit | null}
 */
export function hitMark(work, at) {
  const shown = work.overlay.shownMarks;
  const selected = shown.find(([id]) => id === work.store.selectedId);
  if (selected && canChange(work, selected[0])) {
    const [id, mark] = selected;
    const handle = handleNear(handlesOn(shapeOf(mark.shape), mark.geometry, work.viewport.matrix), at);
    if (handle >= 0) return { id, mark, handle, part: "handle" };
  }
  const hits = shown.flatMap(([id, mark]) => partHit(work, id, mark, at));
  hits.sort(
    (one, other) => Number(one.part === "inside") - Number(other.part === "inside") || one.size - other.size,
  );
  return hits[0] ?? null;
}

/**
 * @param {Workplace} work
 * @param {string} id
 */
const canChange = ({ store, marks }, id) => !store.isReadOnly && !marks.locked.has(id);

/**
 * The nearest of those within reach.
 * @param {import('../canvas/handles.js').Handle[]} handles
 * @param {Point} point
 */
function handleNear(handles, point) {
  const distance = (/** @type {Point} */ at) => Math.max(Math.abs(at.x - point.x), Math.abs(at.y - point.y));
  const near = handles.filter(({ at }) => distance(at) <= HANDLE_REACH);
  near.sort((one, other) => distance(one.at) - distance(other.at));
  return near[0]?.index ?? -1;
}

/**
 * @param {Workplace} work
 * @param {string} id
 * @param {Mark} mark
 * @param {Point} at
 * @returns {(Hit & {size: number})[]}  none or one
 */
function partHit({ viewport }, id, mark, at) {
  const shape = shapeOf(mark.shape);
  const { matrix } = viewport;
  const box = transformBox(matrix, shape.bounds(mark.geometry));
  const [dx, dy] = [
    Math.max(box.x - at.x, at.x - box.x - box.width),
    Math.max(box.y - at.y, at.y - box.y - box.height),
  ];
  if (Math.max(dx, dy) > EDGE_REACH) return [];
  const found = { id, mark, handle: -1, size: box.width * box.height };
  const lines = shape.outlines(mark.geometry);
  const isNear = lines.some(
    (line) =>
      distanceToLine(
        at,
        line.map((point) => transformPoint(matrix, point)),
      ) <= EDGE_REACH,
  );
  if (isNear) return [{ ...found, part: "edge" }];
  const isInside = shape.isClosed && shape.contains(mark.geometry, viewport.toImage(at));
  return isInside ? [{ ...found, part: "inside" }] : [];
}

/**
 * Move or resize a mark; the change becomes a command when the button is released. Alt takes a corner away, or adds
 * one on an edge.
 * @param {Workplace} work
 * @param {Hit} hit
 * @param {Point} start
 * @param {PointerEvent} event
 * @returns {Drag | null}
 */
export function dragMark(work, hit, start, event) {
  const { store, viewport } = work;
  store.select(hit.id);
  if (!canChange(work, hit.id)) return null;
  const shape = shapeOf(hit.mark.shape);
  const { geometry } = hit.mark;
  if (event.altKey && hit.part === "handle" && shape.removeCorner) {
    const fewer = shape.removeCorner(geometry, hit.handle);
    if (fewer && shape.isReal(fewer)) changeGeometry(store, hit.id, fewer);
    return null;
  }
  if (event.altKey && hit.part === "edge" && shape.addCorner) {
    const more = shape.addCorner(geometry, viewport.toImage(start), viewport.image);
    if (more) return drag(work, { ...hit, part: "handle", handle: more.index }, more.geometry, start, true);
  }
  return drag(work, hit, geometry, start, false);
}

/**
 * @param {Workplace} work
 * @param {Hit} hit
 * @param {any} geometry  to begin with
 * @param {Point} start
 * @param {boolean} isChanged  already, before it is dragged
 * @returns {Drag}
 */
function drag(work, { id, mark, handle, part }, geometry, start, isChanged) {
  const { viewport, overlay, store } = work;
  const shape = shapeOf(mark.shape);
  const origin = viewport.toImage(start);
  const ref = viewport.shown;
  let result = geometry;
  let isDragging = isChanged;
  return {
    move(at, event) {
      isDragging ||= Math.hypot(at.x - start.x, at.y - start.y) >= CLICK_SLACK;
      if (!isDragging || viewport.shown !== ref) return;
      const to = viewport.toImage(at);
      result =
        part === "handle"
          ? shape.dragHandle(
              geometry,
              handle,
              snapped(work, shape.name, to, event),
              viewport.image,
              event.shiftKey,
            )
          : shape.move(geometry, to.x - origin.x, to.y - origin.y, viewport.image);
      overlay.setPreview({ id, shape: mark.shape, geometry: result });
    },
    up() {
      overlay.setPreview(null);
      if (shape.isReal(result) && !shape.same(result, mark.geometry)) changeGeometry(store, id, result);
    },
    cancel: () => overlay.setPreview(null),
  };
}

/**
 * @param {Workplace} work
 * @param {Point} at
 * @param {boolean} drawsInside  a press inside a mark begins a new one
 */
export function markCursor(work, at, drawsInside) {
  const hit = hitMark(work, at);
  if (!hit || (hit.part === "inside" && drawsInside)) return drawsInside ? "crosshair" : "default";
  if (!canChange(work, hit.id)) return "pointer";
  return hit.part === "handle" ? handleCursor(work, hit) : "move";
}

/**
 * @param {Workplace} work
 * @param {Hit} hit
 */
function handleCursor({ viewport: { matrix } }, { mark, handle }) {
  const shape = shapeOf(mark.shape);
  const handles = handlesOn(shape, mark.geometry, matrix);
  const found = handles.find(({ index }) => index === handle);
  if (!found || found.isTurning) return "grab";
  if (!shape.isClosed || shape.removeCorner) return "crosshair";
  const box = transformBox(matrix, shape.bounds(mark.geometry));
  const dx = found.at.x - box.x - box.width / 2;
  const dy = found.at.y - box.y - box.height / 2;
  const angle = ((Math.atan2(dy, dx) * 180) / Math.PI + 180 + 22.5) % 180;
  return ["ew-resize", "nwse-resize", "ns-resize", "nesw-resize"][Math.floor(angle / 45)];
}
