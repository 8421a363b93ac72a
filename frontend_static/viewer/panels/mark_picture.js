/** A small drawing of one version of a mark beside another one, both to the same scale. */

import { boundsOf } from "../geometry/points.js";
import { shapeOf } from "../geometry/shapes.js";
import { svgElement } from "../element.js";

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Size} Size */

const SIDE = 120;
const MARGIN = 12;

/**
 * @param {Mark} mark
 * @param {Mark[]} versions  all that have to find room
 * @param {{pixel: Size, colour: string}} look
 */
export function markPicture(mark, versions, { pixel, colour }) {
  const scaled = versions.map((each) => ({ each, lines: linesOf(each, pixel) }));
  const box = boundsOf(scaled.flatMap(({ lines }) => lines.flat()));
  const scale = (SIDE - 2 * MARGIN) / Math.max(box.width, box.height, 1e-6);
  const [left, top] = [(SIDE - box.width * scale) / 2, (SIDE - box.height * scale) / 2];
  const place = (/** @type {Point} */ { x, y }) =>
    `${((x - box.x) * scale + left).toFixed(1)} ${((y - box.y) * scale + top).toFixed(1)}`;
  const picture = svgElement("svg", {
    class: "version__picture",
    viewBox: `0 0 ${SIDE} ${SIDE}`,
    "aria-hidden": "true",
  });
  // The other version lies behind, faint.
  scaled.sort((one, other) => Number(one.each === mark) - Number(other.each === mark));
  for (const { each, lines } of scaled) {
    for (const line of lines) picture.append(drawn(line.map(place), each === mark ? colour : null));
  }
  return picture;
}

/**
 * @param {string[]} places
 * @param {string | null} colour  null: faint
 */
function drawn(places, colour) {
  const state = colour ? "version__line" : "version__line is-faint";
  if (places.length === 1) {
    const [cx, cy] = places[0].split(" ");
    return svgElement("circle", { class: state, cx, cy, r: 4, stroke: colour ?? "currentColor" });
  }
  return svgElement("path", { class: state, d: `M${places.join("L")}`, stroke: colour ?? "currentColor" });
}

/**
 * @param {Mark} mark
 * @param {Size} pixel
 */
function linesOf({ shape, geometry }, pixel) {
  return shapeOf(shape)
    .outlines(geometry)
    .map((line) => line.map(({ x, y }) => ({ x: x * pixel.width, y: y * pixel.height })));
}
