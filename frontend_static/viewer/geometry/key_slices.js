/** Boxes between the slices on which they were drawn. Pure functions. */

import { onGrid } from "./points.js";

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').FrameRef} FrameRef */

/**
 * @param {number[]} a
 * @param {number[]} b
 */
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

/**
 * Where each slice lies along the normal of the first one, in mm; their places in the list where that is not known
 * of all, or where it does not rise or fall from one to the next.
 * @param {FrameRef[]} frames
 * @returns {number[]}
 */
export function slicePositions(frames) {
  const places = frames.map((_, index) => index);
  const orientation = frames[0]?.instance.display.orientation;
  if (orientation?.length !== 6) return places;
  const normal = cross(orientation.slice(0, 3), orientation.slice(3));
  const positions = frames.map(({ instance: { display } }) =>
    display.position?.length === 3
      ? display.position.reduce((sum, value, axis) => sum + value * normal[axis], 0)
      : NaN,
  );
  const way = Math.sign(positions[1] - positions[0]);
  const isMonotonic = positions.every(
    (position, index) => index === 0 || Math.sign(position - positions[index - 1]) === way,
  );
  return way !== 0 && isMonotonic ? positions : places;
}

/**
 * The box between two others.
 * @param {Box} first
 * @param {Box} second
 * @param {number} part  0: the first, 1: the second
 * @returns {Box}
 */
export function boxBetweenKeys(first, second, part) {
  const mixed = (/** @type {number} */ a, /** @type {number} */ b) => onGrid(a + (b - a) * part);
  const [x, y] = [mixed(first.x, second.x), mixed(first.y, second.y)];
  const right = mixed(first.x + first.width, second.x + second.width);
  const bottom = mixed(first.y + first.height, second.y + second.height);
  return { x, y, width: right - x, height: bottom - y };
}

/**
 * The boxes of all slices between key slices; the key slices themselves are left out.
 * @param {{index: number, box: Box}[]} keys  by place in the series, in any order
 * @param {number[]} positions  of the series' slices
 * @returns {Map<number, Box>}
 */
export function boxesBetweenKeys(keys, positions) {
  const sorted = [...keys].sort((one, other) => one.index - other.index);
  /** @type {Map<number, Box>} */
  const found = new Map();
  for (let each = 1; each < sorted.length; each += 1) {
    const [first, second] = [sorted[each - 1], sorted[each]];
    const span = positions[second.index] - positions[first.index];
    for (let index = first.index + 1; index < second.index; index += 1) {
      const part = (positions[index] - positions[first.index]) / span;
      found.set(index, boxBetweenKeys(first.box, second.box, part));
    }
  }
  return found;
}
