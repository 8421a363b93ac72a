/**
 * Draws boxes over slices: one drawn on another slice, where the selected one would go on, belongs to the same lesion,
 * and the slices between are filled. One that lies apart from it begins a lesion of its own.
 */

import { boxBetween } from "../geometry/box.js";
import { keySliceChanged, SHAPE } from "../store/key_marks.js";
import { newUuid } from "../store/uuid.js";
import { createDragTool } from "./drag_tool.js";

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('./pointer.js').Workplace} Workplace */

/** @param {{onDrawn: (id: string) => void}} options */
export const createBox3dTool = (options) =>
  createDragTool({ name: SHAPE, shape: SHAPE, between: boxBetween, add }, options);

/**
 * @param {Workplace} work
 * @param {FrameRef} ref
 * @param {Box} box
 */
function add({ store, viewport }, ref, box) {
  const label = store.currentLabel;
  if (label === null) return null;
  const lesion = continuedLesion(store, viewport.series, ref, box) ?? newUuid();
  return addKeySlice(store, viewport.series.frames, { lesion, label, ref, box });
}

/**
 * @param {import('../store/read_store.js').ReadStore} store
 * @param {FrameRef[]} frames
 * @param {{lesion: string, label: string, ref: FrameRef, box: Box}} change
 * @returns {string | null}  the mark on that slice
 */
export function addKeySlice(store, frames, change) {
  store.changeTogether(keySliceChanged(store, frames, change));
  const drawn = store.marksOn(change.ref).find(([id]) => store.lesionOf(id) === change.lesion);
  if (drawn) store.select(drawn[0]);
  return drawn?.[0] ?? null;
}

/**
 * The lesion of the selected mark, if it lies in this series and its nearest slice overlaps the new box.
 * @param {import('../store/read_store.js').ReadStore} store
 * @param {import('../types.js').Series} series
 * @param {FrameRef} ref
 * @param {Box} box
 */
function continuedLesion(store, series, ref, box) {
  const { selected, selectedId } = store;
  if (!selected?.lesion || selectedId === null) return null;
  if (selected.shape !== SHAPE || selected.label !== store.currentLabel) return null;
  const slices = store.marksOfLesion(selected.lesion).flatMap(([, mark]) => {
    const place = store.places.of(mark);
    return place?.series === series ? [{ mark, distance: Math.abs(place.ref.index - ref.index) }] : [];
  });
  slices.sort((one, other) => one.distance - other.distance);
  const [nearest] = slices;
  return nearest && areOver(nearest.mark.geometry, box) ? selected.lesion : null;
}

/**
 * @param {Box} a
 * @param {Box} b
 */
const areOver = (a, b) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
