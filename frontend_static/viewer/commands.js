/** What keys and buttons ask for, in terms of the store and the viewport. */

import { moveBox, sameBox } from "./geometry/box.js";
import { offeredWindows } from "./image/windows.js";
import { hotkeyOf } from "./panels/labels.js";
import { toggleNoFinding } from "./panels/answers.js";

/** @typedef {import('./tools/keyboard.js').Commands} Commands */
/** @typedef {import('./tools/pointer.js').Workplace} Workplace */

/**
 * What the commands need beside the store and the viewport.
 * @typedef {object} Surroundings
 * @property {(words: string) => void} notify
 * @property {() => boolean} cancelDrag  whether there was one
 * @property {(name: string) => void} chooseTool
 * @property {(id: string) => void} describe
 * @property {() => void} submit
 * @property {() => void} help
 */

/**
 * @param {Workplace} work
 * @param {Surroundings} around
 * @returns {Commands}
 */
export function createCommands({ store, viewport, overlay }, around) {
  const visibleSelection = () =>
    overlay.isHidden ? undefined : store.marksOn(viewport.shown).find(([id]) => id === store.selectedId);

  return {
    step: (count) => viewport.step(count),
    first: () => viewport.show(viewport.seriesIndex, 0),
    last: () => viewport.show(viewport.seriesIndex, Infinity),
    stepSeries: (count) => viewport.stepSeries(count),
    invert: () => viewport.toggleInversion(),
    flipHorizontally: () => viewport.flip("horizontal"),
    flipVertically: () => viewport.flip("vertical"),
    turn: () => viewport.turn(),
    fit: () => viewport.fit(),
    actualSize: () => viewport.actualSize(),
    reset: () => viewport.reset(),
    undo: () => store.undo(),
    redo: () => store.redo(),
    noFinding: () => toggleNoFinding(store, around.notify),
    submit: around.submit,
    help: around.help,
    boxTool: () => around.chooseTool("box"),
    selectTool: () => around.chooseTool("select"),
    hideMarks: (isHidden) => overlay.setHidden(isHidden),

    label(place) {
      const index = store.drawingLabels.findIndex((_, each) => hotkeyOf(store, each) === String(place));
      if (index >= 0 && !store.isReadOnly) store.chooseLabel(store.drawingLabels[index].key);
    },
    window(place) {
      const ref = viewport.shown;
      const offer = ref && offeredWindows(viewport.series.modality, ref.instance)[place - 1];
      if (offer) viewport.chooseWindow(offer.choice);
    },
    withdraw() {
      if (store.selectedId !== null) store.withdrawMark(store.selectedId);
    },
    describe() {
      if (store.selectedId !== null && visibleSelection()) around.describe(store.selectedId);
    },
    nudge(dx, dy) {
      const selection = visibleSelection();
      if (!selection || store.isReadOnly) return false;
      const [id, { geometry }] = selection;
      const moved = moveBox(geometry, dx, dy, viewport.image);
      if (!sameBox(moved, geometry)) store.changeMark(id, { geometry: moved }, `nudge ${id}`);
      return true;
    },
    nextMark(count) {
      const ids = store.marksOn(viewport.shown).map(([id]) => id);
      const at = store.selectedId === null ? -1 : ids.indexOf(store.selectedId);
      const next = at < 0 ? (count > 0 ? 0 : ids.length - 1) : at + count;
      // Past the last mark Tab leaves the picture, or the keyboard would be caught in it.
      store.select(ids[next] ?? null);
      return next in ids;
    },
    escape() {
      if (around.cancelDrag()) return;
      if (store.selected) store.select(null);
      else around.chooseTool("select");
    },
  };
}
