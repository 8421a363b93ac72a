/**
 * Marks of one lesion on neighbouring slices: some were drawn, those between them follow. A change of one is worked
 * out together with what follows from it, so that it is one step.
 */

import { boxesBetweenKeys, slicePositions } from "../geometry/key_slices.js";
import { masksBetweenKeys } from "../geometry/mask_slices.js";
import { shapeOf } from "../geometry/shapes.js";
import { pixelShape } from "../geometry/transform.js";

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').Size} Size */
/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('./read_store.js').ReadStore} ReadStore */
/** @typedef {import('./read_store.js').MarkContent} MarkContent */
/** @typedef {import('./read_store.js').MarkParts} MarkParts */
/** @typedef {{id: string | null, mark: Mark | null, index: number, ref: FrameRef, isKey: boolean, geometry: any}} Slice */
/** @typedef {{added: ({ref: FrameRef} & MarkContent)[], changed: {id: string, parts: MarkParts}[]}} Wanted */

/**
 * One slice of a lesion that is drawn, changed or taken back. `geometry` null: nothing is drawn there.
 * @typedef {{shape: string, lesion: string, label: string, ref: FrameRef, geometry: any, isFilled?: boolean}} SliceChange
 */

/**
 * A shape that goes over slices. `isAlwaysFilled`: the slices between are filled without being asked for.
 * @typedef {object} Kind
 * @property {boolean} isAlwaysFilled
 * @property {(keys: {index: number, geometry: any}[], positions: number[], pixel: Size) => Map<number, any>} between
 */

/** @type {Kind} */
const BOXES = {
  isAlwaysFilled: true,
  between: (keys, positions) =>
    boxesBetweenKeys(
      keys.map(({ index, geometry }) => ({ index, box: geometry })),
      positions,
    ),
};
/** @type {Kind} */
const MASKS = { isAlwaysFilled: false, between: masksBetweenKeys };
const KINDS = new Map([
  ["box_3d", BOXES],
  ["mask", MASKS],
]);

/**
 * Whether marks of this shape go over slices.
 * @param {string} shape
 */
export const hasSlices = (shape) => KINDS.has(shape);

/**
 * What the marks of a lesion amount to when one of its slices is drawn, changed or taken back.
 * @param {ReadStore} store
 * @param {FrameRef[]} frames  of the series
 * @param {SliceChange} change
 * @returns {Wanted}
 */
export function keySliceChanged(store, frames, { shape, lesion, label, ref, geometry, isFilled = false }) {
  const kind = KINDS.get(shape);
  if (!kind) throw new Error(`${shape} does not go over slices`);
  const slices = slicesOf(store, frames, lesion, shape);
  const hasBetween = slices.some(({ mark }) => mark?.origin === "interpolated");
  slices[ref.index] = { ...slices[ref.index], isKey: geometry !== null, geometry };
  const isWanted = kind.isAlwaysFilled || isFilled || hasBetween;
  const between = isWanted ? kind.between(keysOf(slices), slicePositions(frames), pixelOf(ref)) : new Map();
  const attributes = slices.find(({ mark }) => mark)?.mark?.attributes ?? {};
  const wanted = /** @type {Wanted} */ ({ added: [], changed: [] });
  for (const slice of slices) {
    const drawn = slice.isKey ? slice.geometry : (between.get(slice.index) ?? null);
    add(wanted, slice, { shape, geometry: drawn, lesion, label, attributes });
  }
  // What was drawn is selected, and so it comes last.
  wanted.added.sort((one, other) => Number(one.ref === ref) - Number(other.ref === ref));
  return wanted;
}

/** @param {Slice[]} slices */
const keysOf = (slices) =>
  slices.filter(({ isKey }) => isKey).map(({ index, geometry }) => ({ index, geometry }));

/** @param {FrameRef} ref */
const pixelOf = ({ instance: { display } }) => pixelShape(display.spacing, display.pixel_aspect_ratio);

/**
 * @param {ReadStore} store
 * @param {FrameRef[]} frames
 * @param {string} lesion
 * @param {string} shape
 * @returns {Slice[]}  one for every frame
 */
function slicesOf(store, frames, lesion, shape) {
  const marks = new Map(
    store
      .marksOfLesion(lesion)
      .filter(([, mark]) => mark.shape === shape)
      .map(([id, mark]) => [`${mark.sop_instance_uid}#${mark.frame}`, { id, mark }]),
  );
  return frames.map((ref, index) => {
    const { id = null, mark = null } = marks.get(ref.key) ?? {};
    const isKey = mark?.origin === "drawn";
    return { id, mark, index, ref, isKey, geometry: isKey ? mark.geometry : null };
  });
}

/**
 * @param {Wanted} wanted
 * @param {Slice} slice
 * @param {{shape: string, geometry: any, lesion: string, label: string, attributes: Mark["attributes"]}} content
 */
function add(wanted, { id, mark, ref, isKey }, { shape, geometry, lesion, label, attributes }) {
  const origin = isKey ? "drawn" : "interpolated";
  if (!geometry) {
    if (id) wanted.changed.push({ id, parts: { is_withdrawn: true } });
  } else if (!id || !mark) {
    wanted.added.push({ ref, shape, geometry, lesion, label, attributes, origin });
  } else if (mark.origin !== origin || !shapeOf(shape).same(mark.geometry, geometry)) {
    wanted.changed.push({ id, parts: { geometry, origin } });
  }
}
