/** Lists of points in image pixels: the grid they lie on, how they move, and what they enclose. Pure functions. */

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').Size} Size */
/** @typedef {{columns: number, rows: number}} Bounds */
/** @typedef {{points: [number, number][]}} Points  as the JSON has them */

// Coordinates lie on a grid of 1/128 pixel. Such numbers, and x + width, are exact in binary, also in the
// 32-bit floats of DICOM SR, so a mark at the image's edge never ends behind it by a rounding error.
const GRID = 128;

/** @param {number} value */
export const onGrid = (value) => Math.round(value * GRID) / GRID;

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/**
 * The nearest point of the grid within the image.
 * @param {Point} point
 * @param {Bounds} bounds
 * @returns {Point}
 */
export function within({ x, y }, { columns, rows }) {
  return { x: onGrid(clamp(x, 0, columns)), y: onGrid(clamp(y, 0, rows)) };
}

/**
 * @param {Points} geometry
 * @returns {Point[]}
 */
export const pointsOf = ({ points }) => points.map(([x, y]) => ({ x, y }));

/**
 * @param {Point[]} points
 * @returns {Points}
 */
export const asGeometry = (points) => ({ points: points.map(({ x, y }) => [x, y]) });

/**
 * @param {Point[]} points
 * @returns {Box}
 */
export function boundsOf(points) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * Move all by the same; they stop together at the image's edges.
 * @param {Point[]} points
 * @param {number} dx
 * @param {number} dy
 * @param {Bounds} bounds
 * @returns {Point[]}
 */
export function movePoints(points, dx, dy, { columns, rows }) {
  const { x, y, width, height } = boundsOf(points);
  // Whole steps of the grid, so that the mark keeps its shape exactly.
  const right = onGrid(clamp(dx, -x, Math.max(-x, columns - x - width)));
  const down = onGrid(clamp(dy, -y, Math.max(-y, rows - y - height)));
  return points.map((point) => ({ x: point.x + right, y: point.y + down }));
}

/**
 * @param {Point[]} points
 * @param {Bounds} bounds
 */
export function areWithin(points, { columns, rows }) {
  return points.every(({ x, y }) => x >= 0 && y >= 0 && x <= columns && y <= rows);
}

/**
 * @param {Points} a
 * @param {Points} b
 */
export function samePoints(a, b) {
  return (
    a.points.length === b.points.length &&
    a.points.every(([x, y], index) => x === b.points[index][0] && y === b.points[index][1])
  );
}

/**
 * @param {Point} a
 * @param {Point} b
 * @returns {Point}
 */
export const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/**
 * Between two points: 0 is the first, 1 the second.
 * @param {Point} a
 * @param {Point} b
 * @param {number} part
 * @returns {Point}
 */
export const between = (a, b, part) => ({ x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part });

/**
 * @param {Point[]} corners
 * @returns {Point[]}
 */
export const closed = (corners) => (corners.length ? [...corners, corners[0]] : []);

/**
 * Even-odd.
 * @param {Point[]} corners
 * @param {Point} point
 */
export function encloses(corners, { x, y }) {
  let isInside = false;
  for (let index = 0, last = corners.length - 1; index < corners.length; last = index, index += 1) {
    const [a, b] = [corners[index], corners[last]];
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y)) isInside = !isInside;
  }
  return isInside;
}

/**
 * In square pixels.
 * @param {Point[]} corners
 */
export function enclosedArea(corners) {
  let twice = 0;
  for (let index = 0, last = corners.length - 1; index < corners.length; last = index, index += 1) {
    const [a, b] = [corners[last], corners[index]];
    twice += a.x * b.y - b.x * a.y;
  }
  return Math.abs(twice) / 2;
}

/**
 * @param {Point} point
 * @param {Point} a
 * @param {Point} b
 * @returns {number}  of the nearest place on the segment: 0 at its first end, 1 at its second
 */
export function nearestPart(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  return length === 0 ? 0 : clamp(((point.x - a.x) * dx + (point.y - a.y) * dy) / length, 0, 1);
}

/**
 * @param {Point} point
 * @param {Point[]} line
 */
export function distanceToLine(point, line) {
  let nearest = Infinity;
  for (let index = 0; index < line.length; index += 1) {
    const [a, b] = [line[Math.max(0, index - 1)], line[index]];
    const place = between(a, b, nearestPart(point, a, b));
    nearest = Math.min(nearest, Math.hypot(point.x - place.x, point.y - place.y));
  }
  return nearest;
}
