/** A closed line of 3 to 2000 corners: {points: [[x, y], ...]}. */

import { areaMeasure, lengthBetween, unitOf, unitsOf } from "../measure.js";
import * as points from "../points.js";

/** @typedef {import('../../types.js').Point} Point */
/** @typedef {import('../points.js').Points} Points */

export const MOST_CORNERS = 2000;

/**
 * @param {Point[]} corners
 * @param {number} index
 */
const afterIt = (corners, index) => corners[(index + 1) % corners.length];

/** @type {import('../../types.js').Shape} */
export const polygon = {
  name: "polygon",
  isClosed: true,
  handles: (geometry) => points.pointsOf(geometry),
  outlines: (geometry) => [points.closed(points.pointsOf(geometry))],
  bounds: (geometry) => points.boundsOf(points.pointsOf(geometry)),
  move: (geometry, dx, dy, image) =>
    points.asGeometry(points.movePoints(points.pointsOf(geometry), dx, dy, image)),
  dragHandle(geometry, index, to, image) {
    const corners = points.pointsOf(geometry);
    corners[index] = points.within(to, image);
    return points.asGeometry(corners);
  },
  isReal: (geometry) => geometry.points.length >= 3 && points.enclosedArea(points.pointsOf(geometry)) > 0,
  contains: (geometry, point) => points.encloses(points.pointsOf(geometry), point),
  measures(geometry, spacing) {
    const corners = points.pointsOf(geometry);
    const pixel = unitsOf(spacing);
    const around = corners.reduce(
      (sum, corner, index) => sum + lengthBetween(corner, afterIt(corners, index), pixel),
      0,
    );
    const area = areaMeasure(points.enclosedArea(corners), spacing);
    return [area, { name: "Perimeter", value: around, unit: unitOf(spacing) }];
  },
  same: points.samePoints,
  addCorner(geometry, at, image) {
    const corners = points.pointsOf(geometry);
    if (corners.length >= MOST_CORNERS) return null;
    const distances = corners.map((corner, index) =>
      points.distanceToLine(at, [corner, afterIt(corners, index)]),
    );
    const index = distances.indexOf(Math.min(...distances)) + 1;
    corners.splice(index, 0, points.within(at, image));
    return { geometry: points.asGeometry(corners), index };
  },
  removeCorner(geometry, index) {
    const corners = points.pointsOf(geometry).filter((_, each) => each !== index);
    return corners.length >= 3 ? points.asGeometry(corners) : null;
  },
};
