/** What the shapes share that are made of a few points and enclose nothing. */

import * as points from "../points.js";

/** @typedef {import('../../types.js').Point} Point */
/** @typedef {import('../../types.js').Shape} Shape */

/**
 * @param {string} name
 * @param {(points: Point[]) => Point[][]} lines
 * @returns {Omit<Shape, "isReal" | "measures">}
 */
export function openShape(name, lines) {
  return {
    name,
    isClosed: false,
    handles: (geometry) => points.pointsOf(geometry),
    outlines: (geometry) => lines(points.pointsOf(geometry)),
    bounds: (geometry) => points.boundsOf(points.pointsOf(geometry)),
    move: (geometry, dx, dy, image) =>
      points.asGeometry(points.movePoints(points.pointsOf(geometry), dx, dy, image)),
    dragHandle(geometry, index, to, image) {
      const all = points.pointsOf(geometry);
      all[index] = points.within(to, image);
      return points.asGeometry(all);
    },
    contains: () => false,
    same: points.samePoints,
  };
}
