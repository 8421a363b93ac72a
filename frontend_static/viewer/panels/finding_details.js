/** What the selected finding's row shows beside its name: measures, values of its pixels, places, and what can be done. */

import { measureInWords, short, sourceInWords, spacingFor } from "../geometry/measure.js";
import { shapeOf } from "../geometry/shapes.js";
import { pixelShape } from "../geometry/transform.js";
import { statisticsInSteps, statisticsInWords, valueUnit } from "../image/statistics.js";
import { inInstants, Signal } from "../store/signal.js";
import { capOf } from "../tools/key_names.js";
import { element } from "../element.js";
import { placeInWords } from "./place_words.js";

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../store/places.js').Place} Place */
/** @typedef {import('../store/lesions.js').Lesion} Lesion */
/** @typedef {import('./findings.js').Commands} Commands */
/** @typedef {import('./key_caps.js').Keys} Keys */
/** @typedef {{store: import('../store/read_store.js').ReadStore, marks: import('../store/mark_view.js').MarkView,
 *   screen: import('../canvas/screen.js').Screen}} Work */

const MOST_PLACES = 40;

/**
 * @param {Work} work
 * @param {Commands} commands
 * @param {Keys} keys
 */
export function createFindingDetails(work, commands, keys) {
  const { store, marks, screen } = work;
  /** Of marks whose pixels have been seen. @type {WeakMap<Mark, string[]>} */
  const known = new WeakMap();
  /** The selected mark whose pixels were not there when it was told about. @type {Mark | null} */
  let waiting = null;
  /** Whose pixels are being counted. @type {{mark: Mark | null}} */
  let counting = { mark: null };
  /** The values of a large mark are there. @type {Signal<void>} */
  const counted = new Signal();

  /** @param {string} action */
  const hint = (action) =>
    keys
      .keysOf(action)
      .slice(0, 1)
      .map((key) => ` (${capOf(key)})`)
      .join("");

  /** @param {Place} place */
  const pixelsOf = ({ ref }) =>
    screen.panes.find(({ viewport }) => viewport.shown === ref && viewport.pixels)?.viewport.pixels;

  /**
   * @param {Mark} mark
   * @param {Place} place
   * @returns {string[]}
   */
  function valuesOf(mark, place) {
    const shape = shapeOf(mark.shape);
    const told = known.get(mark);
    if (told || !shape.isClosed) return told ?? [];
    const pixels = pixelsOf(place);
    waiting = pixels ? null : mark;
    if (!pixels) return [];
    if (counting.mark !== mark) count(mark, place, pixels);
    return known.get(mark) ?? ["…"];
  }

  /**
   * What takes longer than an instant goes on between other things, unless another mark is asked about.
   * @param {Mark} mark
   * @param {Place} place
   * @param {import('../types.js').Pixels} pixels
   */
  function count(mark, place, pixels) {
    const { display } = place.ref.instance;
    const steps = statisticsInSteps(pixels, display, shapeOf(mark.shape), mark.geometry);
    const unit = valueUnit(place.series.modality, display);
    counting = { mark };
    const isWanted = () => counting.mark === mark;
    inInstants(steps, isWanted, (statistics, isLater) => {
      known.set(mark, statistics ? statisticsInWords(statistics, unit) : []);
      counting = { mark: null };
      if (isLater) counted.emit();
    });
  }

  /** @param {Mark} mark */
  function measuresOf(mark) {
    const place = store.places.of(mark);
    if (!place) return [];
    const { display } = place.ref.instance;
    const shape = shapeOf(mark.shape);
    const spacing = spacingFor(display, shape.bounds(mark.geometry));
    const pixel = pixelShape(display.spacing, display.pixel_aspect_ratio);
    const measures = shape.measures(mark.geometry, spacing, pixel);
    const told = measures.map(({ name, value, unit }) => `${name} ${measureInWords(short(value), unit)}`);
    const lines = [told.join(", "), ...valuesOf(mark, place), sourceInWords(measures, spacing, pixel)];
    return lines.filter(Boolean).map((line) => element("p", { class: "finding__measure" }, line));
  }

  /** @param {Lesion} lesion */
  function placeButtons({ marks: all }) {
    return all.slice(0, MOST_PLACES).map(([id, mark]) => {
      const place = store.places.of(mark);
      const words = place ? placeInWords(store.read, place).replace(/^.*image /, "") : "–";
      const isChosen = id === store.selectedId;
      const made = button(`place-${id}`, words, () => commands.goTo(id));
      made.setAttribute("aria-pressed", String(isChosen));
      made.classList.toggle("is-derived", mark.origin === "interpolated");
      made.title = mark.origin === "interpolated" ? "Between slices that were drawn" : "Drawn";
      return made;
    });
  }

  /**
   * @param {Lesion} lesion
   * @param {Lesion[]} all
   */
  function actions(lesion, all) {
    const id = store.selectedId ?? lesion.id;
    const mark = store.marks.get(id);
    const isSeveral = lesion.marks.length > 1;
    const made = [
      button("lock", marks.locked.has(id) ? "Unlock" : "Lock", commands.toggleLock),
      button("hide", marks.hidden.has(id) ? "Show" : "Hide", commands.toggleHidden),
    ];
    if (store.isReadOnly || !mark) return made.slice(1);
    if (store.label(mark.label)?.attributes.length) {
      made.unshift(button("describe", `Describe${hint("describe")}`, commands.describe));
    }
    const place = store.places.of(mark);
    if (place && place.series.frames.length > 1) {
      made.push(
        button("copy-back", "Copy ↑", () => commands.copyToSlice(-1)),
        button("copy", "Copy ↓", () => commands.copyToSlice(1)),
      );
    }
    if (isSeveral) made.push(button("split", "Split off", commands.splitOff));
    made.push(button("withdraw", `Withdraw${hint("withdraw")}`, commands.withdraw));
    if (isSeveral) {
      const ids = lesion.marks.map(([each]) => each);
      made.push(button("withdraw-all", `Withdraw all ${ids.length}`, () => store.withdrawMarks(ids)));
    }
    return [...made, ...joining(lesion, mark, all)];
  }

  /**
   * @param {Lesion} lesion
   * @param {Mark} mark
   * @param {Lesion[]} all
   */
  function joining(lesion, mark, all) {
    const others = all.flatMap((each, index) =>
      each.lesion !== lesion.lesion && each.marks[0][1].label === mark.label
        ? [{ each, number: index + 1 }]
        : [],
    );
    if (!others.length) return [];
    const select = element(
      "select",
      { class: "field finding__join", "aria-label": "Same lesion as", "data-action": "join" },
      element("option", { value: "" }, "Same lesion as…"),
      ...others.map(({ each, number }) => {
        const place = store.places.of(each.marks[0][1]);
        const where = place ? placeInWords(store.read, place) : "";
        return element("option", { value: each.id }, `${number}: ${where}`);
      }),
    );
    select.addEventListener(
      "change",
      () => select.value && store.joinLesion([select.value, store.selectedId ?? lesion.id]),
    );
    return [select];
  }

  /**
   * @param {Lesion} lesion
   * @param {Lesion[]} all
   * @returns {HTMLElement[]}
   */
  function details(lesion, all) {
    waiting = null;
    const mark = store.selected;
    if (counting.mark !== mark) counting = { mark: null };
    if (!mark) return [];
    const made = [element("div", { class: "finding__measures" }, ...measuresOf(mark))];
    if (lesion.marks.length > 1) {
      made.push(
        element(
          "div",
          { class: "finding__places", role: "group", "aria-label": "Marks of this lesion" },
          ...placeButtons(lesion),
        ),
      );
    }
    made.push(element("div", { class: "finding__actions" }, ...actions(lesion, all)));
    return made;
  }

  details.counted = counted;
  /** Pixels have come that were missing. */
  details.isOutOfDate = () => {
    const place = waiting && store.places.of(waiting);
    return Boolean(place && pixelsOf(place));
  };
  return details;
}

/**
 * @param {string} action  what finds it again when the row is made anew
 * @param {string} words
 * @param {() => void} onclick
 */
function button(action, words, onclick) {
  return element(
    "button",
    { type: "button", class: "button", "data-action": action, onclick: () => onclick() },
    words,
  );
}
