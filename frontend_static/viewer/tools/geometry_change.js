/** Changes the geometry of a mark, with all that follows from it on other slices, in one step. */

import { hasSlices, keySliceChanged } from "../store/key_marks.js";

/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */

/**
 * @param {ReadStore} store
 * @param {string} id
 * @param {any} geometry
 * @param {string} [mergeKey]
 */
export function changeGeometry(store, id, geometry, mergeKey) {
  const slice = sliceOf(store, id);
  if (slice) {
    store.changeTogether(keySliceChanged(store, slice.frames, { ...slice.change, geometry }), mergeKey);
    store.select(id);
    return;
  }
  // What a hand has changed is no longer worked out from other slices.
  store.changeMark(id, { geometry, origin: "drawn" }, mergeKey);
}

/**
 * @param {ReadStore} store
 * @param {string} id
 */
export function withdraw(store, id) {
  const slice = sliceOf(store, id);
  if (slice && store.marks.get(id)?.origin === "drawn") {
    store.changeTogether(keySliceChanged(store, slice.frames, { ...slice.change, geometry: null }));
    if (store.marks.get(id)?.is_withdrawn) store.select(null);
    return;
  }
  store.withdrawMark(id);
}

/**
 * A mark that is one slice of a lesion, and the only such one of it there.
 * @param {ReadStore} store
 * @param {string} id
 */
function sliceOf(store, id) {
  const mark = store.marks.get(id);
  const place = mark && store.places.of(mark);
  if (!mark?.lesion || !place || !hasSlices(mark.shape)) return null;
  const { shape, lesion, label } = mark;
  const others = store.marksOn(place.ref).filter(([other, each]) => other !== id && each.shape === shape);
  if (others.some(([, each]) => each.lesion === lesion)) return null;
  return { frames: place.series.frames, change: { shape, lesion, label, ref: place.ref } };
}
