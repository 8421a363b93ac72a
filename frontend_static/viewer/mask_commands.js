/** What buttons ask for that is about the selected mask. */

import { withoutHoles } from "./geometry/masks/fill.js";
import { combinedMasks, geometryOf, isEmpty, maskOf } from "./geometry/masks/mask.js";
import { smoothed } from "./geometry/masks/smooth.js";
import { pixelShape } from "./geometry/transform.js";
import { keySliceChanged } from "./store/key_marks.js";
import { changeGeometry } from "./tools/geometry_change.js";
import { SHAPE } from "./tools/mask_target.js";

/** @typedef {import('./types.js').Mark} Mark */
/** @typedef {import('./geometry/masks/mask.js').Mask} Mask */
/** @typedef {import('./canvas/screen.js').Screen} Screen */
/** @typedef {import('./tools/brush_settings.js').BrushSettings} BrushSettings */
/** @typedef {import('./store/read_store.js').ReadStore} ReadStore */

/**
 * @typedef {object} MaskCommands
 * @property {() => void} smooth
 * @property {() => void} fillHoles
 * @property {() => void} interpolate  fills the slices between those of its lesion that were drawn
 * @property {(kind: "add" | "subtract" | "intersect") => void} combine  with the mask that was selected before
 * @property {() => void} rangeFromWindow  the threshold takes what the window shows
 */

/**
 * @param {{store: ReadStore, marks: import('./store/mark_view.js').MarkView, screen: Screen}} work
 * @param {BrushSettings} brush
 * @param {{notify: (words: string) => void}} around
 * @returns {MaskCommands}
 */
export function createMaskCommands({ store, marks, screen }, brush, { notify }) {
  /** @param {(mark: Mark, id: string) => void} action */
  const withMask = (action) => {
    const { selected, selectedId } = store;
    if (selectedId === null || selected?.shape !== SHAPE) notify("Select a mask first.");
    else if (marks.locked.has(selectedId)) notify("This mark is locked.");
    else if (!store.isReadOnly) action(selected, selectedId);
  };
  /** @param {(mask: Mask, mark: Mark) => Mask | null} change */
  const changed = (change) => () =>
    withMask((mark, id) => {
      const mask = change(maskOf(mark.geometry), mark);
      if (mask) changeGeometry(store, id, geometryOf(mask));
    });

  return {
    rangeFromWindow: () => brush.rangeFromWindow(screen.active.viewport),
    smooth: changed((mask, mark) => smoothed(mask, pixelOf(store, mark))),
    fillHoles: changed((mask) => withoutHoles(mask)),
    interpolate: () =>
      withMask((mark, id) => {
        const count = interpolate(store, mark, id);
        notify(
          count
            ? `${count} ${count === 1 ? "slice" : "slices"} between the drawn ones ${count === 1 ? "is" : "are"} filled.`
            : "There is nothing to fill: paint this lesion on two slices that are not neighbours.",
        );
      }),
    combine: (kind) =>
      changed((mask, mark) => {
        const other = store.previousId === null ? undefined : store.marks.get(store.previousId);
        const isBeside =
          other?.shape === SHAPE &&
          !other.is_withdrawn &&
          other.sop_instance_uid === mark.sop_instance_uid &&
          other.frame === mark.frame;
        const found = isBeside ? combinedMasks(mask, maskOf(other.geometry), kind) : null;
        if (!found) notify("Select two masks of this image after each other.");
        else if (isEmpty(found)) notify("Nothing would be left of the mask.");
        return found && !isEmpty(found) ? found : null;
      })(),
  };
}

/**
 * @param {ReadStore} store
 * @param {Mark} mark
 */
function pixelOf(store, mark) {
  const display = store.places.of(mark)?.ref.instance.display;
  return pixelShape(display?.spacing ?? null, display?.pixel_aspect_ratio ?? null);
}

/**
 * @param {ReadStore} store
 * @param {Mark} mark
 * @param {string} id
 * @returns {number}  slices that are filled now and were not before
 */
function interpolate(store, { shape, label, lesion }, id) {
  if (!lesion) return 0;
  const keys = store
    .marksOfLesion(lesion)
    .filter(([, mark]) => mark.shape === shape && mark.origin === "drawn");
  const [key] = keys.find(([each]) => each === id) ?? keys[0] ?? [];
  const drawn = key === undefined ? undefined : store.marks.get(key);
  const place = drawn && store.places.of(drawn);
  if (!place) return 0;
  const change = { shape, lesion, label, ref: place.ref, geometry: drawn.geometry, isFilled: true };
  const added = store.changeTogether(keySliceChanged(store, place.series.frames, change));
  store.select(id);
  return added.length;
}
