/** Boxes in image pixels: drawing, moving, resizing and hit tests. Pure functions. */

import { clamp, onGrid } from "./points.js";

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {{columns: number, rows: number}} Bounds */

/** The eight handles as fractions of the box, clockwise from its first corner. */
export const HANDLES = /** @type {const} */ ([
  [0, 0],
  [0.5, 0],
  [1, 0],
  [1, 0.5],
  [1, 1],
  [0.5, 1],
  [0, 1],
  [0, 0.5],
]);

/**
 * The box between two corners, cut off at the image's edges.
 * @param {Point} first
 * @param {Point} second
 * @param {Bounds} bounds
 * @returns {Box}
 */
export function boxBetween(first, second, { columns, rows }) {
  const left = onGrid(clamp(Math.min(first.x, second.x), 0, columns));
  const right = onGrid(clamp(Math.max(first.x, second.x), 0, columns));
  const top = onGrid(clamp(Math.min(first.y, second.y), 0, rows));
  const bottom = onGrid(clamp(Math.max(first.y, second.y), 0, rows));
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * Move a box without changing its size; it stops at the image's edges.
 * @param {Box} box
 * @param {number} dx
 * @param {number} dy
 * @param {Bounds} bounds
 * @returns {Box}
 */
export function moveBox(box, dx, dy, { columns, rows }) {
  const x = onGrid(clamp(box.x + dx, 0, Math.max(0, columns - box.width)));
  const y = onGrid(clamp(box.y + dy, 0, Math.max(0, rows - box.height)));
  return { ...box, x, y };
}

/**
 * Drag one handle to a point; dragged over the far side, the box turns over.
 * @param {Box} box
 * @param {number} handle  index into HANDLES
 * @param {Point} to
 * @param {Bounds} bounds
 * @returns {Box}
 */
export function resizeBox(box, handle, to, bounds) {
  const [u, v] = HANDLES[handle];
  const first = { x: u === 0 ? to.x : box.x, y: v === 0 ? to.y : box.y };
  const second = { x: u === 1 ? to.x : box.x + box.width, y: v === 1 ? to.y : box.y + box.height };
  return boxBetween(first, second, bounds);
}

/**
 * @param {Box} box
 * @param {number} handle
 * @returns {Point}
 */
export function handlePoint(box, handle) {
  const [u, v] = HANDLES[handle];
  return { x: box.x + u * box.width, y: box.y + v * box.height };
}

/**
 * The handle within reach of a point, corners before sides; -1 when there is none.
 * `handles` are the handles' places in the same coordinates as `point`.
 * @param {Point[]} handles
 * @param {Point} point
 * @param {number} reach
 */
export function handleAt(handles, point, reach) {
  const order = [0, 2, 4, 6, 1, 3, 5, 7];
  const isNear = (/** @type {number} */ index) =>
    Math.abs(handles[index].x - point.x) <= reach && Math.abs(handles[index].y - point.y) <= reach;
  return order.find(isNear) ?? -1;
}

/**
 * @param {Box} box
 * @param {Point} point
 * @param {number} reach
 * @returns {"edge" | "inside" | "outside"}
 */
export function partAt(box, point, reach) {
  const dx = Math.max(box.x - point.x, point.x - box.x - box.width);
  const dy = Math.max(box.y - point.y, point.y - box.y - box.height);
  const distance = Math.max(dx, dy);
  if (distance > reach) return "outside";
  return distance >= -reach ? "edge" : "inside";
}

/** @param {Box} box */
export const area = (box) => box.width * box.height;

/**
 * @param {Box} a
 * @param {Box} b
 */
export function sameBox(a, b) {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
