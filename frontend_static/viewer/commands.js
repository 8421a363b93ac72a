/** What keys and buttons ask for, in terms of the store and the active pane. */

import { offeredWindows } from "./image/windows.js";
import { labelOfKey } from "./panels/labels.js";
import { toggleAnswer, toggleNoFinding } from "./panels/answers.js";

/** @typedef {import('./tools/keyboard.js').ViewCommands} ViewCommands */

/**
 * What the commands need beside the store and the panes.
 * @typedef {object} Surroundings
 * @property {(words: string) => void} notify
 * @property {() => boolean} cancelDrag  whether there was one
 * @property {(name: string) => void} chooseTool
 * @property {(id: string) => void} describe
 * @property {() => boolean} closePopup  whether it was open
 * @property {() => void} submit
 * @property {() => void} help
 */

/**
 * @param {{store: import('./store/read_store.js').ReadStore, screen: import('./canvas/screen.js').Screen}} work
 * @param {Surroundings} around
 * @returns {ViewCommands}
 */
export function createCommands({ store, screen }, around) {
  const view = () => screen.active.viewport;
  const visibleSelection = () => screen.active.overlay.shownMarks.find(([id]) => id === store.selectedId);

  /** @param {string} key */
  function chooseLabel(key) {
    // A mark that is not seen, as after scrolling on, must not get another label unnoticed.
    if (store.selected && !visibleSelection()) store.drawWith(key);
    else store.chooseLabel(key);
  }

  return {
    step: (count) => view().step(count),
    first: () => view().show(view().seriesIndex, 0),
    last: () => view().show(view().seriesIndex, Infinity),
    stepSeries: (count) => view().stepSeries(count),
    invert: () => view().toggleInversion(),
    flipHorizontally: () => view().flip("horizontal"),
    flipVertically: () => view().flip("vertical"),
    turn: () => view().turn(),
    fit: () => view().fit(),
    actualSize: () => view().actualSize(),
    reset: () => view().reset(),
    undo: () => store.undo(),
    redo: () => store.redo(),
    noFinding: () => toggleNoFinding(store, around.notify),
    submit: around.submit,
    help: around.help,
    chooseTool: around.chooseTool,

    label(place) {
      const label = labelOfKey(store, place);
      if (!label || store.isReadOnly) return;
      if (!label.shapes.length) toggleAnswer(label, store, screen);
      else chooseLabel(label.key);
    },
    chooseLabel,
    window(place) {
      const { shown: ref, series } = view();
      const offer = ref && offeredWindows(series.modality, ref.instance)[place - 1];
      if (offer) view().chooseWindow(offer.choice);
    },
    describe() {
      if (store.selectedId !== null && visibleSelection()) around.describe(store.selectedId);
    },
    nextMark(count) {
      const ids = screen.active.overlay.shownMarks.map(([id]) => id);
      const at = store.selectedId === null ? -1 : ids.indexOf(store.selectedId);
      const next = at < 0 ? (count > 0 ? 0 : ids.length - 1) : at + count;
      // Past the last mark Tab leaves the picture, or the keyboard would be caught in it.
      store.select(ids[next] ?? null);
      return next in ids;
    },
    escape() {
      if (around.cancelDrag() || screen.guides?.forget() || around.closePopup()) return;
      if (store.selected) store.select(null);
      else around.chooseTool("select");
    },
  };
}
