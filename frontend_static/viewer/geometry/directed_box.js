/**
 * A rectangle that may be turned: its centre, the direction of its first axis and its half sizes. It is a rectangle
 * where a pixel has its real shape, so all angles and lengths here are in units of that shape, not in pixels.
 */

import { areWithin } from "./points.js";

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Size} Size */
/** @typedef {import('../types.js').ImageShape} ImageShape */
/** @typedef {{centre: Point, angle: number, halfWidth: number, halfHeight: number}} DirectedBox  centre in image pixels */

export const STEP = Math.PI / 12;

/**
 * @param {DirectedBox} box
 * @param {number} u  along the first axis, -1 to 1
 * @param {number} v  along the second
 * @param {Size} pixel
 * @returns {Point}
 */
export function placeOn({ centre, angle, halfWidth, halfHeight }, u, v, pixel) {
  const [along, across] = [u * halfWidth, v * halfHeight];
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return {
    x: centre.x + (along * cosine - across * sine) / pixel.width,
    y: centre.y + (along * sine + across * cosine) / pixel.height,
  };
}

/**
 * A point in units along the box's axes, from its centre.
 * @param {DirectedBox} box
 * @param {Point} point
 * @param {Size} pixel
 */
function along({ centre, angle }, point, pixel) {
  const [dx, dy] = [(point.x - centre.x) * pixel.width, (point.y - centre.y) * pixel.height];
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return { u: dx * cosine + dy * sine, v: -dx * sine + dy * cosine };
}

/**
 * The ends of the axes and the corners follow `to`; what lies opposite stays.
 * @param {DirectedBox} box
 * @param {-1 | 0 | 1} u  which handle: 0 keeps that axis
 * @param {-1 | 0 | 1} v
 * @param {Point} to
 * @param {Size} pixel
 * @returns {DirectedBox}
 */
export function resized(box, u, v, to, pixel) {
  const target = along(box, to, pixel);
  const [left, right] = ends(u, box.halfWidth, target.u);
  const [top, bottom] = ends(v, box.halfHeight, target.v);
  const half = { halfWidth: Math.abs(right - left) / 2, halfHeight: Math.abs(bottom - top) / 2 };
  const unit = { ...box, halfWidth: 1, halfHeight: 1 };
  return { ...box, ...half, centre: placeOn(unit, (left + right) / 2, (top + bottom) / 2, pixel) };
}

/**
 * @param {-1 | 0 | 1} side
 * @param {number} half
 * @param {number} target
 * @returns {[number, number]}
 */
function ends(side, half, target) {
  if (side === 0) return [-half, half];
  return side < 0 ? [target, half] : [-half, target];
}

/**
 * The direction from the centre to a point, by whole steps of 15 degrees if asked.
 * @param {DirectedBox} box
 * @param {Point} to
 * @param {Size} pixel
 * @param {boolean} isStepped
 */
export function angleTo({ centre }, to, pixel, isStepped) {
  const angle = Math.atan2((to.y - centre.y) * pixel.height, (to.x - centre.x) * pixel.width);
  return isStepped ? Math.round(angle / STEP) * STEP : angle;
}

/**
 * A change as far as the image allows. `of` gives the points that must lie within the image.
 * @template Value
 * @param {(part: number) => Value} change  0: as it was, 1: all of it
 * @param {(value: Value) => Point[]} of
 * @param {ImageShape} image
 * @returns {Value}
 */
export function asFarAsWithin(change, of, image) {
  if (areWithin(of(change(1)), image)) return change(1);
  let [good, bad] = [0, 1];
  for (let round = 0; round < 24; round += 1) {
    const part = (good + bad) / 2;
    if (areWithin(of(change(part)), image)) good = part;
    else bad = part;
  }
  return change(good);
}
