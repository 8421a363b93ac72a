/** Changes the geometry of a mark, with all that follows from it on other slices, in one step. */

import { keySliceChanged, SHAPE as BOX_3D } from "../store/key_marks.js";

/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */

/**
 * @param {ReadStore} store
 * @param {string} id
 * @param {any} geometry
 * @param {string} [mergeKey]
 */
export function changeGeometry(store, id, geometry, mergeKey) {
  const mark = store.marks.get(id);
  const place = mark && store.places.of(mark);
  if (mark?.shape === BOX_3D && mark.lesion && place) {
    const change = { lesion: mark.lesion, label: mark.label, ref: place.ref, box: geometry };
    store.changeTogether(keySliceChanged(store, place.series.frames, change), mergeKey);
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
  const mark = store.marks.get(id);
  const place = mark && store.places.of(mark);
  if (mark?.shape === BOX_3D && mark.lesion && place && mark.origin === "drawn") {
    const change = { lesion: mark.lesion, label: mark.label, ref: place.ref, box: null };
    store.changeTogether(keySliceChanged(store, place.series.frames, change));
    if (store.marks.get(id)?.is_withdrawn) store.select(null);
    return;
  }
  store.withdrawMark(id);
}
