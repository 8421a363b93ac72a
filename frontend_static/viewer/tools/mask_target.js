/** Which mask a brush works on, and how what it did is kept: one stroke is one step. */

import { geometryOf, isEmpty, maskOf } from "../geometry/masks/mask.js";
import { shapeOf } from "../geometry/shapes.js";
import { modalityValue } from "../image/lut.js";
import { changeGeometry, withdraw } from "./geometry_change.js";
import { addSlice } from "./lesion_slices.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../geometry/masks/mask.js').Mask} Mask */
/** @typedef {import('./brush_settings.js').BrushSettings} BrushSettings */
/** @typedef {import('./pointer.js').Workplace} Workplace */
/** @typedef {{id: string, mask: Mask}} Target */

export const SHAPE = "mask";

// The server takes no more; a mask of so many pieces is noise.
const MOST_RUNS = 400_000;

/**
 * The selected mask, or that of its lesion on this slice, if it has the label that is drawn with.
 * @param {Workplace} work
 * @returns {Target | null}
 */
export function selectedTarget({ store, overlay, marks }) {
  const { selected, selectedId, currentLabel } = store;
  if (selectedId === null || selected?.shape !== SHAPE || selected.label !== currentLabel) return null;
  const lesion = store.lesionOf(selectedId);
  const here = overlay.shownMarks.filter(([, { shape }]) => shape === SHAPE);
  const found = here.find(([id]) => id === selectedId) ?? here.find(([id]) => store.lesionOf(id) === lesion);
  return found && !marks.locked.has(found[0]) ? { id: found[0], mask: maskOf(found[1].geometry) } : null;
}

/**
 * The mask under a point.
 * @param {Workplace} work
 * @param {Point} at  image pixels
 * @returns {Target | null}
 */
export function targetAt({ overlay, marks }, at) {
  const found = overlay.shownMarks
    .reverse()
    .find(
      ([id, { shape, geometry }]) =>
        shape === SHAPE && !marks.locked.has(id) && shapeOf(shape).contains(geometry, at),
    );
  return found ? { id: found[0], mask: maskOf(found[1].geometry) } : null;
}

/**
 * Keep what was painted. A mask of which nothing is left is withdrawn.
 * @param {Workplace} work
 * @param {FrameRef} ref
 * @param {Target | null} target  null: a new mask
 * @param {Mask} mask
 * @returns {string | null}  the id of a new mask
 */
export function keepMask(work, ref, target, mask) {
  const { store } = work;
  if (target && isEmpty(mask)) {
    withdraw(store, target.id);
    return null;
  }
  if (isEmpty(mask)) return null;
  const geometry = geometryOf(mask);
  if (geometry.counts.length > MOST_RUNS) {
    store.declined.emit("The mask is in too many pieces to be kept. Narrow the range of values.");
    return null;
  }
  if (!target) return addSlice(work, ref, { shape: SHAPE, geometry, replaces: false });
  const before = store.marks.get(target.id);
  if (before && !shapeOf(SHAPE).same(before.geometry, geometry)) changeGeometry(store, target.id, geometry);
  else store.select(target.id);
  return null;
}

/**
 * Whether a stored value lies in the range that is set; null where the picture has no values.
 * @param {Workplace} work
 * @param {BrushSettings} brush
 * @returns {((stored: number) => boolean) | null}
 */
export function rangeTest({ viewport }, brush) {
  const { shown, pixels } = viewport;
  if (!shown || !pixels || pixels.samples !== 1) return null;
  const { display } = shown.instance;
  const [from, to] = display.pixel_padding ?? [Infinity, -Infinity];
  const { low, high } = brush;
  return (stored) => {
    if (stored >= from && stored <= to) return false;
    const value = modalityValue(display, stored);
    return value >= low && value <= high;
  };
}
