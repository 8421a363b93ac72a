/** Marks that go over slices: one drawn on another slice, where the selected one would go on, belongs to its lesion. */

import { shapeOf } from "../geometry/shapes.js";
import { keySliceChanged } from "../store/key_marks.js";
import { newUuid } from "../store/uuid.js";

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */

/**
 * Adds a slice to the selected lesion if it lies over its nearest slice; else it begins a lesion of its own.
 * @param {import('./pointer.js').Workplace} work
 * @param {FrameRef} ref
 * @param {{shape: string, geometry: any, replaces: boolean}} drawn  replaces: also what the lesion has on this slice
 */
export function addSlice({ store, viewport: { series } }, ref, { shape, geometry, replaces }) {
  const label = store.currentLabel;
  if (label === null) return null;
  const lesion = continuedLesion(store, series, ref, { shape, geometry, replaces }) ?? newUuid();
  return addKeySlice(store, series.frames, { shape, lesion, label, ref, geometry });
}

/**
 * @param {ReadStore} store
 * @param {FrameRef[]} frames
 * @param {import('../store/key_marks.js').SliceChange} change
 * @returns {string | null}  the mark on that slice
 */
export function addKeySlice(store, frames, change) {
  store.changeTogether(keySliceChanged(store, frames, change));
  const drawn = store
    .marksOn(change.ref)
    .find(([id, { shape }]) => shape === change.shape && store.lesionOf(id) === change.lesion);
  if (drawn) store.select(drawn[0]);
  return drawn?.[0] ?? null;
}

/**
 * The lesion of the selected mark, if it lies in this series and its nearest slice overlaps what is new.
 * @param {ReadStore} store
 * @param {import('../types.js').Series} series
 * @param {FrameRef} ref
 * @param {{shape: string, geometry: any, replaces: boolean}} drawn
 */
function continuedLesion(store, series, ref, { shape, geometry, replaces }) {
  const { selected } = store;
  if (!selected?.lesion || selected.shape !== shape || selected.label !== store.currentLabel) return null;
  const slices = store.marksOfLesion(selected.lesion).flatMap(([, mark]) => {
    const place = store.places.of(mark);
    if (mark.shape !== shape || place?.series !== series) return [];
    return [{ mark, distance: Math.abs(place.ref.index - ref.index) }];
  });
  slices.sort((one, other) => one.distance - other.distance);
  const [nearest] = slices;
  const { bounds } = shapeOf(shape);
  if (!nearest || (nearest.distance === 0 && !replaces)) return null;
  return areOver(bounds(nearest.mark.geometry), bounds(geometry)) ? selected.lesion : null;
}

/**
 * @param {Box} a
 * @param {Box} b
 */
const areOver = (a, b) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
