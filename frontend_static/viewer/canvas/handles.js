/** Where the handles of a mark are on the screen. The overlay draws them there, and the tools look for them there. */

import { transformPoint } from "../geometry/transform.js";

/** @typedef {import('../types.js').Matrix} Matrix */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Shape} Shape */
/** @typedef {{index: number, at: Point, isTurning: boolean, from: Point | null}} Handle  CSS pixels */

const STEM = 26;
// Of many corners only so many are offered that a hand can tell them apart.
const NEAREST = 10;
const FEW = 16;

/**
 * @param {Shape} shape
 * @param {any} geometry
 * @param {Matrix} matrix
 * @returns {Handle[]}
 */
export function handlesOn(shape, geometry, matrix) {
  const stem = shape.stem?.(geometry);
  const all = shape.handles(geometry).map((point, index) => {
    const at = transformPoint(matrix, point);
    if (index !== stem?.handle) return { index, at, isTurning: false, from: null };
    const from = transformPoint(matrix, stem.from);
    return { index, at: awayFrom(from, at), isTurning: true, from };
  });
  return all.length > FEW ? thinned(all) : all;
}

/**
 * As far away whatever the zoom.
 * @param {Point} from
 * @param {Point} to
 */
function awayFrom(from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  return { x: from.x + (dx / length) * STEM, y: from.y + (dy / length) * STEM };
}

/** @param {Handle[]} all */
function thinned(all) {
  let last = all[0];
  return all.filter((handle) => {
    const isFar = Math.hypot(handle.at.x - last.at.x, handle.at.y - last.at.y) >= NEAREST;
    if (isFar || handle === all[0]) last = handle;
    return last === handle;
  });
}
