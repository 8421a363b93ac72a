/** What keys and buttons ask for that is about marks. */

import { shapeOf } from "./geometry/shapes.js";
import { hasSlices } from "./store/key_marks.js";
import { lesionsOf } from "./store/lesions.js";
import { newUuid } from "./store/uuid.js";
import { changeGeometry, withdraw } from "./tools/geometry_change.js";
import { addKeySlice } from "./tools/lesion_slices.js";

/** @typedef {import('./types.js').Mark} Mark */
/** @typedef {import('./store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('./store/mark_view.js').MarkView} MarkView */
/** @typedef {import('./canvas/screen.js').Screen} Screen */

/**
 * @typedef {object} MarkCommands
 * @property {() => void} withdraw
 * @property {(dx: number, dy: number) => boolean} nudge  false when no mark is there to be moved
 * @property {(count: number) => void} copyToSlice  the selected mark, to a slice so many farther; it joins the lesion
 * @property {(count?: number) => void} nextFinding
 * @property {(id: string) => void} goTo
 * @property {() => void} toggleLock  of the selected mark
 * @property {() => void} toggleHidden
 * @property {() => void} toggleAllHidden
 * @property {() => void} joinPrevious  the selected mark and the one selected before are one lesion
 * @property {() => void} splitOff
 * @property {() => void} toggleSnapping
 */

/**
 * @param {{store: ReadStore, marks: MarkView, screen: Screen}} work
 * @param {{notify: (words: string) => void}} around
 * @returns {MarkCommands}
 */
export function createMarkCommands({ store, marks, screen }, { notify }) {
  /** @returns {[string, Mark] | undefined}  seen in the active pane, and open to change */
  const changeable = () => {
    const selection = screen.active.overlay.shownMarks.find(([id]) => id === store.selectedId);
    return selection && !store.isReadOnly && !marks.locked.has(selection[0]) ? selection : undefined;
  };
  /** @param {(id: string) => void} action */
  const withSelected = (action) => () => {
    if (store.selected && store.selectedId !== null) action(store.selectedId);
  };

  return {
    withdraw: withSelected((id) => {
      if (marks.locked.has(id)) notify("This mark is locked.");
      else withdraw(store, id);
    }),
    nudge(dx, dy) {
      const selection = changeable();
      if (!selection) return false;
      const [id, { shape: name, geometry }] = selection;
      const moved = shapeOf(name).move(geometry, dx, dy, screen.active.viewport.image);
      if (!shapeOf(name).same(moved, geometry)) changeGeometry(store, id, moved, `nudge ${id}`);
      return true;
    },
    copyToSlice: (count) => copyToSlice(store, screen, count, notify),
    nextFinding(count = 1) {
      const lesions = lesionsOf(store).filter(({ id }) => !marks.hidden.has(id));
      const at =
        store.selectedId === null
          ? -1
          : lesions.findIndex(({ lesion }) => lesion === store.lesionOf(store.selectedId ?? ""));
      const next =
        at < 0 ? (count > 0 ? 0 : lesions.length - 1) : (at + count + lesions.length) % lesions.length;
      if (lesions[next]) goTo(store, screen, lesions[next].id);
      else notify("There are no findings yet.");
    },
    goTo: (id) => goTo(store, screen, id),
    toggleLock: withSelected((id) => marks.toggle("locked", id)),
    toggleHidden: withSelected((id) => marks.toggle("hidden", id)),
    toggleAllHidden: () => marks.hideAll(!marks.areHidden),
    joinPrevious: withSelected((id) => {
      const other = store.previousId;
      const mark = other === null ? undefined : store.marks.get(other);
      if (other === null || !mark || mark.is_withdrawn)
        notify("Select two marks after each other to make them one lesion.");
      else if (mark.label !== store.marks.get(id)?.label)
        notify("Only marks of one label can be one lesion.");
      else store.joinLesion([other, id]);
    }),
    splitOff: withSelected((id) => store.splitLesion([id])),
    toggleSnapping() {
      marks.setSnapping(!marks.snapsToEdges);
      notify(
        marks.snapsToEdges ? "Points snap to edges; Ctrl leaves one free." : "Points go where they are put.",
      );
    },
  };
}

/**
 * Select a mark and show what it lies on: where it is already shown, else where its series is, else in the active pane.
 * @param {ReadStore} store
 * @param {Screen} screen
 * @param {string} id
 */
function goTo(store, screen, id) {
  const mark = store.marks.get(id);
  const place = mark && store.places.of(mark);
  if (place) {
    const panes = [screen.active, ...screen.panes];
    const pane =
      panes.find(({ viewport }) => viewport.asked === place.ref) ??
      panes.find(({ viewport }) => viewport.series === place.series) ??
      screen.active;
    screen.activate(pane);
    if (pane.viewport.asked !== place.ref) pane.viewport.show(place.seriesIndex, place.ref.index);
  }
  store.select(id);
}

/**
 * @param {ReadStore} store
 * @param {Screen} screen
 * @param {number} count
 * @param {(words: string) => void} notify
 */
function copyToSlice(store, screen, count, notify) {
  const { selected: mark, selectedId: id } = store;
  const place = mark && store.places.of(mark);
  if (!mark || id === null || !place || store.isReadOnly) return;
  const ref = place.series.frames[place.ref.index + count];
  const { rows, columns } = place.ref.instance;
  if (!ref) return notify(`There is no ${count > 0 ? "next" : "previous"} image.`);
  if (ref.instance.rows !== rows || ref.instance.columns !== columns) {
    return notify("That image has another size, so the mark cannot be copied to it.");
  }
  const there = store.marksOn(ref).find(([each]) => store.lesionOf(each) === store.lesionOf(id));
  if (there) {
    notify("That image already has a mark of this lesion.");
    return goTo(store, screen, there[0]);
  }
  const lesion = mark.lesion ?? newUuid();
  const copy = copied(store, id, mark, { lesion, ref, frames: place.series.frames });
  return copy === null ? undefined : goTo(store, screen, copy);
}

/**
 * @param {ReadStore} store
 * @param {string} id
 * @param {Mark} mark
 * @param {{lesion: string, ref: import('./types.js').FrameRef, frames: import('./types.js').FrameRef[]}} target
 * @returns {string | null}
 */
function copied(store, id, { shape, geometry, label, attributes, lesion: own }, { lesion, ref, frames }) {
  if (hasSlices(shape) && own) return addKeySlice(store, frames, { shape, lesion, label, ref, geometry });
  const [copy = null] = store.changeTogether({
    added: [{ ref, shape, geometry, label, attributes, lesion }],
    changed: own ? [] : [{ id, parts: { lesion } }],
  });
  return copy;
}
