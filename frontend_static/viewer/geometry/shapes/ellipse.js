/**
 * An ellipse: {points: [a1, a2, b1, b2]}, the ends of its two axes, the longer one first (PS3.3 C.10.5). The axes are
 * perpendicular in mm.
 */

import { angleTo, asFarAsWithin, placeOn, resized } from "../directed_box.js";
import { areaMeasure, lengthBetween, unitOf, unitsOf } from "../measure.js";
import * as points from "../points.js";
import { rotatedBoxBetween } from "./rotated_box.js";

/** @typedef {import('../../types.js').Point} Point */
/** @typedef {import('../../types.js').Size} Size */
/** @typedef {import('../../types.js').ImageShape} ImageShape */
/** @typedef {import('../directed_box.js').DirectedBox} DirectedBox */
/** @typedef {import('../points.js').Points} Points */

const AXES = /** @type {const} */ ([
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
]);
const CORNERS = /** @type {const} */ ([
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
]);
// From each handle on an axis to the direction of the first axis.
const QUARTERS = [2, 0, 1, -1];
const SEGMENTS = 96;

/**
 * @param {Points} geometry
 * @returns {{centre: Point, a: Point, b: Point}}  half axes as vectors, in pixels
 */
function axesOf(geometry) {
  const [a1, a2, b1, b2] = points.pointsOf(geometry);
  return {
    centre: points.middle(a1, a2),
    a: { x: (a2.x - a1.x) / 2, y: (a2.y - a1.y) / 2 },
    b: { x: (b2.x - b1.x) / 2, y: (b2.y - b1.y) / 2 },
  };
}

/**
 * @param {Points} geometry
 * @param {number} u
 * @param {number} v
 * @returns {Point}
 */
function placeIn(geometry, u, v) {
  const { centre, a, b } = axesOf(geometry);
  return { x: centre.x + u * a.x + v * b.x, y: centre.y + u * a.y + v * b.y };
}

/**
 * @param {Points} geometry
 * @param {Size} pixel
 * @returns {DirectedBox}
 */
function directed(geometry, pixel) {
  const [a1, a2, b1, b2] = points.pointsOf(geometry);
  const angle = Math.atan2((a2.y - a1.y) * pixel.height, (a2.x - a1.x) * pixel.width);
  const half = { halfWidth: lengthBetween(a1, a2, pixel) / 2, halfHeight: lengthBetween(b1, b2, pixel) / 2 };
  return { centre: points.middle(a1, a2), angle, ...half };
}

/**
 * @param {DirectedBox} box
 * @param {Size} pixel
 */
function ends(box, pixel) {
  const { angle, halfWidth, halfHeight } = box;
  const isUpright = halfHeight > halfWidth;
  const long = isUpright
    ? { ...box, angle: angle + Math.PI / 2, halfWidth: halfHeight, halfHeight: halfWidth }
    : box;
  return AXES.map(([u, v]) => placeOn(long, u, v, pixel));
}

/**
 * @param {(part: number) => DirectedBox} change
 * @param {ImageShape} image
 */
function changed(change, image) {
  const extent = (/** @type {DirectedBox} */ box) => extremes(points.asGeometry(ends(box, image.pixel)));
  const box = asFarAsWithin(change, extent, image);
  return points.asGeometry(ends(box, image.pixel).map((end) => points.within(end, image)));
}

/**
 * Opposite corners of the box around it.
 * @param {Points} geometry
 * @returns {Point[]}
 */
function extremes(geometry) {
  const { centre, a, b } = axesOf(geometry);
  const [dx, dy] = [Math.hypot(a.x, b.x), Math.hypot(a.y, b.y)];
  return [
    { x: centre.x - dx, y: centre.y - dy },
    { x: centre.x + dx, y: centre.y + dy },
  ];
}

/**
 * The ellipse that fills the box between two corners.
 * @param {Point} first
 * @param {Point} second
 * @param {ImageShape} image
 * @returns {Points}
 */
export function ellipseBetween(first, second, image) {
  const [p1, p2, p3, p4] = points.pointsOf(rotatedBoxBetween(first, second, image));
  const [top, right, bottom, left] = [
    points.middle(p1, p2),
    points.middle(p2, p3),
    points.middle(p3, p4),
    points.middle(p4, p1),
  ].map((point) => points.within(point, image));
  const isUpright = lengthBetween(top, bottom, image.pixel) > lengthBetween(left, right, image.pixel);
  return points.asGeometry(isUpright ? [top, bottom, left, right] : [left, right, top, bottom]);
}

/** @type {import('../../types.js').Shape} */
export const ellipse = {
  name: "ellipse",
  isClosed: true,
  handles: (geometry) => [...AXES, ...CORNERS].map(([u, v]) => placeIn(geometry, u, v)),
  outlines: (geometry) => [
    Array.from({ length: SEGMENTS + 1 }, (_, index) => {
      const turn = ((index % SEGMENTS) / SEGMENTS) * 2 * Math.PI;
      return placeIn(geometry, Math.cos(turn), Math.sin(turn));
    }),
  ],
  bounds: (geometry) => points.boundsOf(extremes(geometry)),
  move(geometry, dx, dy, image) {
    // All of the ellipse stays within the image, not only the ends of its axes.
    const all = points.movePoints([...points.pointsOf(geometry), ...extremes(geometry)], dx, dy, image);
    return points.asGeometry(all.slice(0, 4).map((point) => points.within(point, image)));
  },
  dragHandle(geometry, index, to, image, isStepped = false) {
    const { pixel } = image;
    const box = directed(geometry, pixel);
    const from = ellipse.handles(geometry)[index];
    const target = points.within(to, image);
    const at = (/** @type {number} */ part) => points.between(from, target, part);
    if (index >= AXES.length) {
      const [u, v] = CORNERS[index - AXES.length];
      return changed((part) => resized(box, u, v, at(part), pixel), image);
    }
    return changed((part) => {
      const angle = angleTo(box, at(part), pixel, isStepped) + (QUARTERS[index] * Math.PI) / 2;
      const half = lengthBetween(box.centre, at(part), pixel);
      return { ...box, angle, ...(index < 2 ? { halfWidth: half } : { halfHeight: half }) };
    }, image);
  },
  isReal(geometry) {
    const { a, b } = axesOf(geometry);
    return Math.abs(a.x * b.y - a.y * b.x) > 0;
  },
  contains(geometry, { x, y }) {
    const { centre, a, b } = axesOf(geometry);
    const determinant = a.x * b.y - a.y * b.x;
    const [dx, dy] = [x - centre.x, y - centre.y];
    const [u, v] = [(dx * b.y - dy * b.x) / determinant, (a.x * dy - a.y * dx) / determinant];
    return u * u + v * v <= 1;
  },
  measures(geometry, spacing) {
    const [a1, a2, b1, b2] = points.pointsOf(geometry);
    const { a, b } = axesOf(geometry);
    const unit = unitOf(spacing);
    return [
      { name: "Long axis", value: lengthBetween(a1, a2, unitsOf(spacing)), unit },
      { name: "Short axis", value: lengthBetween(b1, b2, unitsOf(spacing)), unit },
      areaMeasure(Math.PI * Math.abs(a.x * b.y - a.y * b.x), spacing),
    ];
  },
  same: points.samePoints,
  // The rim is centre + u a + v b with u² + v² = 1: at a given row, a quadratic equation in x.
  crossings(geometry, y) {
    const { centre, a, b } = axesOf(geometry);
    const determinant = a.x * b.y - a.y * b.x;
    const squares = a.y * a.y + b.y * b.y;
    const dy = y - centre.y;
    const under = squares - dy * dy;
    if (under < 0 || squares === 0) return [];
    const middle = centre.x + ((a.x * a.y + b.x * b.y) * dy) / squares;
    const half = (Math.abs(determinant) * Math.sqrt(under)) / squares;
    return [middle - half, middle + half];
  },
};
