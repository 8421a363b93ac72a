/** Where the handles of a mark are on the screen. The overlay draws them there, and the tools look for them there. */

import { transformPoint } from "../geometry/transform.js";

/** @typedef {import('../types.js').Matrix} Matrix */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Shape} Shape */
/** @typedef {{index: number, at: Point, isTurning: boolean, from: Point | null}} Handle  CSS pixels */

const STEM = 26;
// Of many corners only so many are offered that a hand can tell them apart, and that the mark stays visible.
const NEAREST_CORNERS = 10;
const NEAREST_SIDES = 16;
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
  if (shape.addCorner) return all.length > FEW ? thinned(all) : all;
  return all.length >= 8 ? spaced(all) : all;
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

/**
 * Corner after corner along an outline.
 * @param {Handle[]} all
 */
function thinned(all) {
  let last = all[0];
  return all.filter((handle) => {
    if (handle === all[0] || isApart(handle, last, NEAREST_CORNERS)) last = handle;
    return last === handle;
  });
}

/**
 * Around a small box the corners come first.
 * @param {Handle[]} all
 */
function spaced(all) {
  /** @type {Handle[]} */
  const kept = [];
  for (const handle of all) {
    if (handle.isTurning || kept.every((each) => isApart(handle, each, NEAREST_SIDES))) kept.push(handle);
  }
  return kept;
}

/**
 * @param {Handle} one
 * @param {Handle} other
 * @param {number} distance
 */
const isApart = (one, other, distance) =>
  Math.hypot(one.at.x - other.at.x, one.at.y - other.at.y) >= distance;
