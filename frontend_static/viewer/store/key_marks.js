/**
 * Marks of one lesion on neighbouring slices: some were drawn, those between them follow. A change of one is worked
 * out together with what follows from it, so that it is one step.
 */

import { boxesBetweenKeys, slicePositions } from "../geometry/key_slices.js";

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('./read_store.js').ReadStore} ReadStore */
/** @typedef {import('./read_store.js').MarkContent} MarkContent */
/** @typedef {import('./read_store.js').MarkParts} MarkParts */
/** @typedef {{id: string | null, mark: Mark | null, index: number, ref: FrameRef, isKey: boolean, box: Box | null}} Slice */
/** @typedef {{added: ({ref: FrameRef} & MarkContent)[], changed: {id: string, parts: MarkParts}[]}} Wanted */

export const SHAPE = "box_3d";

/**
 * What a 3D box amounts to when one of its slices is drawn, changed or taken back.
 * @param {ReadStore} store
 * @param {FrameRef[]} frames  of the series
 * @param {{lesion: string, label: string, ref: FrameRef, box: Box | null}} change  box null: no box is drawn there
 * @returns {Wanted}
 */
export function keySliceChanged(store, frames, { lesion, label, ref, box }) {
  const slices = slicesOf(store, frames, lesion);
  const mine = slices[ref.index];
  slices[ref.index] = { ...mine, isKey: box !== null, box };
  const keys = slices.filter(({ isKey }) => isKey);
  const between = boxesBetweenKeys(
    keys.map(({ index, box: drawn }) => ({ index, box: /** @type {Box} */ (drawn) })),
    slicePositions(frames),
  );
  const attributes = slices.find(({ mark }) => mark)?.mark?.attributes ?? {};
  const wanted = /** @type {Wanted} */ ({ added: [], changed: [] });
  for (const slice of slices) {
    const geometry = slice.isKey ? slice.box : (between.get(slice.index) ?? null);
    add(wanted, slice, { geometry, lesion, label, attributes });
  }
  // What was drawn is selected, and so it comes last.
  wanted.added.sort((one, other) => Number(one.ref === ref) - Number(other.ref === ref));
  return wanted;
}

/**
 * @param {ReadStore} store
 * @param {FrameRef[]} frames
 * @param {string} lesion
 * @returns {Slice[]}  one for every frame
 */
function slicesOf(store, frames, lesion) {
  const marks = new Map(
    store
      .marksOfLesion(lesion)
      .filter(([, { shape }]) => shape === SHAPE)
      .map(([id, mark]) => [`${mark.sop_instance_uid}#${mark.frame}`, { id, mark }]),
  );
  return frames.map((ref, index) => {
    const { id = null, mark = null } = marks.get(ref.key) ?? {};
    const isKey = mark?.origin === "drawn";
    return { id, mark, index, ref, isKey, box: isKey ? mark.geometry : null };
  });
}

/**
 * @param {Wanted} wanted
 * @param {Slice} slice
 * @param {{geometry: Box | null, lesion: string, label: string, attributes: Mark["attributes"]}} content
 */
function add(wanted, { id, mark, ref, isKey }, { geometry, lesion, label, attributes }) {
  const origin = isKey ? "drawn" : "interpolated";
  if (!geometry) {
    if (id) wanted.changed.push({ id, parts: { is_withdrawn: true } });
  } else if (!id || !mark) {
    wanted.added.push({ ref, shape: SHAPE, geometry, lesion, label, attributes, origin });
  } else if (mark.origin !== origin || !isSame(mark.geometry, geometry)) {
    wanted.changed.push({ id, parts: { geometry, origin } });
  }
}

/**
 * @param {Box} a
 * @param {Box} b
 */
const isSame = (a, b) => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
