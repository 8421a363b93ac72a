/**
 * The longest diameter and the longest one perpendicular to it, as RECIST wants them: {points: [l1, l2, s1, s2]}.
 * They are perpendicular in mm, and cross.
 */

import { asFarAsWithin } from "../directed_box.js";
import { lengthBetween, unitOf, unitsOf } from "../measure.js";
import * as points from "../points.js";
import { openShape } from "./open_shape.js";

/** @typedef {import('../../types.js').Point} Point */
/** @typedef {import('../../types.js').Size} Size */
/** @typedef {import('../../types.js').ImageShape} ImageShape */
/** @typedef {import('../points.js').Points} Points */

/**
 * The short axis as the long one sees it: where they cross (0 to 1 along the long one) and how far its ends are
 * to either side, in units of the pixel's shape.
 * @typedef {{crossing: number, before: number, after: number}} Across
 */

// How long the short axis is before it is adjusted, of the long one.
const FIRST_SHORT = 0.6;

/**
 * @param {Point} l1
 * @param {Point} l2
 * @param {Size} pixel
 */
function frameOf(l1, l2, pixel) {
  const [dx, dy] = [(l2.x - l1.x) * pixel.width, (l2.y - l1.y) * pixel.height];
  const length = Math.hypot(dx, dy) || 1;
  return { length, ux: dx / length, uy: dy / length };
}

/**
 * @param {Point} point
 * @param {Point} l1
 * @param {Point} l2
 * @param {Size} pixel
 */
function seenFrom(point, l1, l2, pixel) {
  const { length, ux, uy } = frameOf(l1, l2, pixel);
  const [dx, dy] = [(point.x - l1.x) * pixel.width, (point.y - l1.y) * pixel.height];
  return { along: points.clamp((dx * ux + dy * uy) / length, 0, 1), across: dx * -uy + dy * ux };
}

/**
 * @param {Points} geometry
 * @param {Size} pixel
 * @returns {Across}
 */
function acrossOf(geometry, pixel) {
  const [l1, l2, s1, s2] = points.pointsOf(geometry);
  const [one, other] = [seenFrom(s1, l1, l2, pixel), seenFrom(s2, l1, l2, pixel)];
  const crossing = (one.along + other.along) / 2;
  return { crossing, before: one.across, after: other.across };
}

/**
 * @param {Point} l1
 * @param {Point} l2
 * @param {Across} across
 * @param {Size} pixel
 * @returns {Point[]}
 */
function built(l1, l2, { crossing, before, after }, pixel) {
  const { ux, uy } = frameOf(l1, l2, pixel);
  const foot = points.between(l1, l2, crossing);
  const place = (/** @type {number} */ distance) => ({
    x: foot.x - (uy * distance) / pixel.width,
    y: foot.y + (ux * distance) / pixel.height,
  });
  const [s1, s2] = [place(before), place(after)];
  const isShorter = lengthBetween(l1, l2, pixel) < Math.abs(after - before);
  return isShorter ? [s1, s2, l2, l1] : [l1, l2, s1, s2];
}

/**
 * @param {(part: number) => Point[]} change
 * @param {ImageShape} image
 */
function changed(change, image) {
  const all = asFarAsWithin(change, (each) => each, image);
  return points.asGeometry(all.map((point) => points.within(point, image)));
}

/**
 * @param {Point} first
 * @param {Point} second
 * @param {ImageShape} image
 * @returns {Points}
 */
export function bidirectionalAlong(first, second, image) {
  const [l1, l2] = [points.within(first, image), points.within(second, image)];
  const half = (lengthBetween(l1, l2, image.pixel) * FIRST_SHORT) / 2;
  const across = (/** @type {number} */ part) => ({
    crossing: 0.5,
    before: -half * part,
    after: half * part,
  });
  return changed((part) => built(l1, l2, across(part), image.pixel), image);
}

/** @type {import('../../types.js').Shape} */
export const bidirectional = {
  ...openShape("bidirectional", ([l1, l2, s1, s2]) => [
    [l1, l2],
    [s1, s2],
  ]),
  dragHandle(geometry, index, to, image) {
    const { pixel } = image;
    const all = points.pointsOf(geometry);
    const across = acrossOf(geometry, pixel);
    const target = points.within(to, image);
    return changed((part) => {
      const at = points.between(all[index], target, part);
      if (index < 2) {
        return built(index === 0 ? at : all[0], index === 1 ? at : all[1], across, pixel);
      }
      const seen = seenFrom(at, all[0], all[1], pixel);
      // Either end stays on its side of the long axis.
      const side = Math.sign(index === 2 ? across.before : across.after) || (index === 2 ? -1 : 1);
      const distance = side * Math.max(0, side * seen.across);
      const end = index === 2 ? { before: distance } : { after: distance };
      return built(all[0], all[1], { ...across, crossing: seen.along, ...end }, pixel);
    }, image);
  },
  isReal: ({ points: [[x0, y0], [x1, y1]] }) => x0 !== x1 || y0 !== y1,
  measures(geometry, spacing) {
    const [l1, l2, s1, s2] = points.pointsOf(geometry);
    const unit = unitOf(spacing);
    return [
      { name: "Long axis", value: lengthBetween(l1, l2, unitsOf(spacing)), unit },
      { name: "Short axis", value: lengthBetween(s1, s2, unitsOf(spacing)), unit },
    ];
  },
};
