/** The shapes that a mark can have, by name. */

import { box } from "./shapes/box.js";

/** @typedef {import('../types.js').Shape} Shape */

/** @type {Map<string, Shape>} */
const SHAPES = new Map([box].map((shape) => [shape.name, shape]));

/**
 * @param {string} name
 * @returns {Shape}
 */
export function shapeOf(name) {
  const shape = SHAPES.get(name);
  if (!shape) throw new Error(`there is no shape ${name}`);
  return shape;
}

export const shapeNames = [...SHAPES.keys()];
