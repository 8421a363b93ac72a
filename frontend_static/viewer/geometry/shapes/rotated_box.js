/**
 * A rectangle at any angle: {points: [p1, p2, p3, p4]}, its corners in turn. It is a rectangle in mm, so a
 * parallelogram in pixels that are not square.
 */

import { angleTo, asFarAsWithin, placeOn, resized } from "../directed_box.js";
import { areaMeasure, lengthBetween, unitOf, unitsOf } from "../measure.js";
import * as points from "../points.js";

/** @typedef {import('../../types.js').Point} Point */
/** @typedef {import('../../types.js').Size} Size */
/** @typedef {import('../../types.js').ImageShape} ImageShape */
/** @typedef {import('../directed_box.js').DirectedBox} DirectedBox */
/** @typedef {import('../points.js').Points} Points */

const CORNERS = /** @type {const} */ ([
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
]);
const SIDES = /** @type {const} */ ([
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
]);
const HANDLES = [...CORNERS, ...SIDES];
const TURN = HANDLES.length;

/**
 * @param {Points} geometry
 * @param {Size} pixel
 * @returns {DirectedBox}
 */
function directed(geometry, pixel) {
  const [p1, p2, p3, p4] = rightHanded(points.pointsOf(geometry));
  return {
    centre: points.middle(points.middle(p1, p2), points.middle(p3, p4)),
    angle: Math.atan2((p2.y - p1.y) * pixel.height, (p2.x - p1.x) * pixel.width),
    halfWidth: lengthBetween(p1, p2, pixel) / 2,
    halfHeight: lengthBetween(p1, p4, pixel) / 2,
  };
}

/**
 * Corners clockwise on the image, whichever way the file has them.
 * @param {Point[]} corners
 */
function rightHanded([p1, p2, p3, p4]) {
  const turn = (p2.x - p1.x) * (p4.y - p1.y) - (p2.y - p1.y) * (p4.x - p1.x);
  return turn < 0 ? [p1, p4, p3, p2] : [p1, p2, p3, p4];
}

/**
 * @param {DirectedBox} box
 * @param {Size} pixel
 */
const corners = (box, pixel) => CORNERS.map(([u, v]) => placeOn(box, u, v, pixel));

/**
 * @param {(part: number) => DirectedBox} change
 * @param {ImageShape} image
 */
function changed(change, image) {
  const box = asFarAsWithin(change, (each) => corners(each, image.pixel), image);
  return points.asGeometry(corners(box, image.pixel).map((corner) => points.within(corner, image)));
}

/**
 * Along the image's axes, between two corners.
 * @param {Point} first
 * @param {Point} second
 * @param {ImageShape} image
 * @returns {Points}
 */
export function rotatedBoxBetween(first, second, image) {
  const [a, b] = [points.within(first, image), points.within(second, image)];
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  const all = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  return { points: /** @type {[number, number][]} */ (all) };
}

/** @type {import('../../types.js').Shape} */
export const rotatedBox = {
  name: "rotated_box",
  isClosed: true,
  handles(geometry) {
    const all = rightHanded(points.pointsOf(geometry));
    const sides = all.map((corner, index) => points.middle(corner, all[(index + 1) % 4]));
    // Beyond the first side, a quarter of the height away.
    const turn = points.between(sides[2], sides[0], 1.25);
    return [...all, ...sides, turn];
  },
  stem: (/** @type {Points} */ geometry) => ({
    handle: TURN,
    from: points.middle(
      .../** @type {[Point, Point]} */ (rightHanded(points.pointsOf(geometry)).slice(0, 2)),
    ),
  }),
  outlines: (geometry) => [points.closed(points.pointsOf(geometry))],
  bounds: (geometry) => points.boundsOf(points.pointsOf(geometry)),
  move: (geometry, dx, dy, image) =>
    points.asGeometry(points.movePoints(points.pointsOf(geometry), dx, dy, image)),
  dragHandle(geometry, index, to, image, isStepped = false) {
    const { pixel } = image;
    const box = directed(geometry, pixel);
    const from = rotatedBox.handles(geometry)[index];
    if (index === TURN) {
      const turned = (/** @type {number} */ part) => ({
        ...box,
        // The handle stands above the first side: a quarter turn before the first axis.
        angle: angleTo(box, points.between(from, to, part), pixel, isStepped) + Math.PI / 2,
      });
      return changed(turned, image);
    }
    const [u, v] = HANDLES[index];
    const target = points.within(to, image);
    return changed((part) => resized(box, u, v, points.between(from, target, part), pixel), image);
  },
  isReal(geometry) {
    const { halfWidth, halfHeight } = directed(geometry, { width: 1, height: 1 });
    return halfWidth > 0 && halfHeight > 0;
  },
  contains: (geometry, point) => points.encloses(points.pointsOf(geometry), point),
  measures(geometry, spacing) {
    const [p1, p2, p3, p4] = points.pointsOf(geometry);
    const unit = unitOf(spacing);
    return [
      { name: "Width", value: lengthBetween(p1, p2, unitsOf(spacing)), unit },
      { name: "Height", value: lengthBetween(p1, p4, unitsOf(spacing)), unit },
      areaMeasure(points.enclosedArea([p1, p2, p3, p4]), spacing),
    ];
  },
  same: points.samePoints,
};
