/** Fills by a click: a hole of a mask, else the region around the click whose values lie in the range. */

import { holeAt, regionAt } from "../geometry/masks/fill.js";
import { combinedMasks, emptyMask, isEmpty, maskOf } from "../geometry/masks/mask.js";
import { drawingGround } from "./drawing.js";
import { keepMask, rangeTest, selectedTarget, SHAPE } from "./mask_target.js";

/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../geometry/masks/mask.js').Mask} Mask */
/** @typedef {import('./brush_settings.js').BrushSettings} BrushSettings */
/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./pointer.js').Workplace} Workplace */

// A region that runs out of a structure soon takes a large part of the picture.
const MOST_OF_PICTURE = 0.25;

/**
 * @param {{onDrawn: (id: string) => void, brush: BrushSettings}} options
 * @returns {Tool}
 */
export function createFillTool({ onDrawn, brush }) {
  return {
    name: "fill",
    cursor: (work) => (drawingGround(work) ? "cell" : "default"),
    down(work, start) {
      const ref = drawingGround(work);
      if (!ref) return null;
      const target = selectedTarget(work);
      const point = work.viewport.toImage(start);
      const found = (target && holeAt(target.mask, point)) ?? regionHere(work, brush, point);
      if (!found) return null;
      const id = keepMask(work, ref, target, target ? combinedMasks(target.mask, found, "add") : found);
      if (id) onDrawn(id);
      return null;
    },
  };
}

/**
 * @param {Workplace} work
 * @param {BrushSettings} brush
 * @param {Point} point
 * @returns {Mask | null}
 */
function regionHere(work, brush, point) {
  const { store, viewport } = work;
  const { image, pixels } = viewport;
  if (!brush.isRangeChosen) brush.rangeFromWindow(viewport);
  const isMeant = rangeTest(work, brush);
  const isOutside = point.x < 0 || point.y < 0 || point.x >= image.columns || point.y >= image.rows;
  if (!isMeant || !pixels || isOutside) return null;
  const isIn = (/** @type {number} */ column, /** @type {number} */ row) =>
    isMeant(pixels.values[row * pixels.columns + column]);
  const region = regionAt(emptyMask(image), point, isIn, image.columns * image.rows * MOST_OF_PICTURE);
  if ((!region || isEmpty(region)) && isInHole(work, point))
    store.declined.emit("This is a hole of a mask: select the mask, and its label to draw with, to fill it.");
  else if (!region)
    store.declined.emit("That would fill more than a quarter of the image. Narrow the range of values.");
  else if (isEmpty(region)) store.declined.emit("The value there lies outside the range.");
  else return region;
  return null;
}

/**
 * @param {Workplace} work
 * @param {Point} point  image pixels
 */
function isInHole({ overlay }, point) {
  return overlay.shownMarks.some(
    ([, { shape, geometry }]) => shape === SHAPE && holeAt(maskOf(geometry), point) !== null,
  );
}
