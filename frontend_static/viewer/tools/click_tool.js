/** A tool that draws by several clicks, as polygons and angles are. It keeps its points until it is finished. */

import { asGeometry, within } from "../geometry/points.js";
import { shapeOf } from "../geometry/shapes.js";
import { transformPoint } from "../geometry/transform.js";
import { drawingGround } from "./drawing.js";
import { dragMark, hitMark, markCursor } from "./mark_drag.js";
import { snapped } from "./snapping.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./pointer.js').Workplace} Workplace */
/** @typedef {{work: Workplace, ref: FrameRef, points: Point[], last: {at: Point, time: number}, next: Point | null}} Drawing */

const REACH = 8;
const DOUBLE_CLICK_MS = 400;

/**
 * @param {{name: string, shape: string, fewest: number, most: number}} drawing
 * @param {{onDrawn: (id: string) => void}} options
 * @returns {Tool}
 */
export function createClickTool({ name, shape: shapeName, fewest, most }, { onDrawn }) {
  const shape = shapeOf(shapeName);
  /** @type {Drawing | null} */
  let current = null;
  let finishedAt = -Infinity;

  function show() {
    if (!current) return;
    const { work, ref, points, next } = current;
    const all = next && points.length < most ? [...points, next] : points;
    const isUnfinished = points.length < most;
    const preview = { id: null, shape: shapeName, geometry: asGeometry(all), isUnfinished };
    work.overlay.setPreview(work.viewport.shown === ref ? preview : null);
  }

  function stop() {
    current?.work.overlay.setPreview(null);
    current = null;
  }

  function finish() {
    if (!current) return;
    const { work, ref, points } = current;
    const geometry = asGeometry(points);
    if (points.length < fewest || !shape.isReal(geometry)) return;
    stop();
    finishedAt = performance.now();
    const id = work.store.addMark(ref, { shape: shapeName, geometry });
    if (id) onDrawn(id);
  }

  /**
   * @param {Point} point
   * @param {Point} at
   */
  function add(point, at) {
    if (!current) return;
    const { points, last, work } = current;
    const now = performance.now();
    const isAgain = now - last.time < DOUBLE_CLICK_MS && isNear(at, last.at);
    const isFirst = points.length >= fewest && isNear(at, transformPoint(work.viewport.matrix, points[0]));
    current.last = { at, time: now };
    if (isFirst || (isAgain && points.length)) return finish();
    points.push(point);
    return points.length === most ? finish() : show();
  }

  return {
    name,
    cursor: (work, at) => (current ? "crosshair" : markCursor(work, at, drawingGround(work) !== null)),
    down(work, at, event) {
      const ref = drawingGround(work);
      const isElsewhere = current && (current.work !== work || current.ref !== ref);
      if (isElsewhere) stop();
      const hit = current ? null : hitMark(work, at);
      if (hit && hit.part !== "inside") return dragMark(work, hit, at, event);
      if (!ref) {
        work.store.select(hit?.id ?? null);
        return null;
      }
      current ??= { work, ref, points: [], last: { at, time: -Infinity }, next: null };
      const { viewport } = work;
      add(within(snapped(work, shapeName, viewport.toImage(at), event), viewport.image), at);
      return null;
    },
    hover(work, at, event) {
      if (!current || current.work !== work) return;
      const { viewport } = work;
      const point = at && viewport.toImage(at);
      current.next = point && within(snapped(work, shapeName, point, event ?? NO_KEYS), viewport.image);
      show();
    },
    isDrawing: () => current !== null,
    ownsDoubleClick: () =>
      performance.now() - finishedAt < DOUBLE_CLICK_MS || (current?.points.length ?? 0) > 1,
    finish,
    cancel: stop,
    takeBack() {
      current?.points.pop();
      if (current && !current.points.length) stop();
      else show();
    },
  };
}

const NO_KEYS = { ctrlKey: false, metaKey: false };

/**
 * @param {Point} a
 * @param {Point} b
 */
const isNear = (a, b) => Math.abs(a.x - b.x) <= REACH && Math.abs(a.y - b.y) <= REACH;
