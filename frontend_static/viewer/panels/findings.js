/**
 * The findings as a list: one row for each lesion, with the same selection as the picture. Everything that can be done
 * with a mark can be done here too. Only rows that have changed are made anew.
 */

import { sizeInWords, spacingFor } from "../geometry/measure.js";
import { shapeOf } from "../geometry/shapes.js";
import { pixelShape } from "../geometry/transform.js";
import { lesionsOf } from "../store/lesions.js";
import { element, part } from "../element.js";
import { createFindingDetails } from "./finding_details.js";
import { placesInWords } from "./place_words.js";

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').Label} Label */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('../store/mark_view.js').MarkView} MarkView */
/** @typedef {import('../canvas/screen.js').Screen} Screen */
/** @typedef {import('../mark_commands.js').MarkCommands & {describe: () => void}} Commands */
/** @typedef {import('../store/lesions.js').Lesion} Lesion */

/**
 * @param {{store: ReadStore, marks: MarkView, screen: Screen}} work
 * @param {Commands} commands
 * @param {import('./key_caps.js').Keys} keys
 * @param {(id: string) => string} refusalOf
 */
export function createFindingsPanel(work, commands, keys, refusalOf) {
  const { store, marks, screen } = work;
  const list = part("findings");
  const count = part("findings-count");
  const details = createFindingDetails(work, commands, keys);
  /** What each row was made from, and the row. @type {Map<string, {made: unknown[], row: HTMLElement}>} */
  let rows = new Map();
  /** @type {string | null} */
  let seen = null;

  function draw() {
    const lesions = lesionsOf(store);
    count.textContent = lesions.length ? String(lesions.length) : "";
    const focus = focusWithin(list);
    const next = new Map(lesions.map((lesion) => [lesion.lesion, rowOf(lesion, lesions)]));
    const items = [...next.values()].map(({ row }) => row);
    rows = next;
    lay(list, items.length ? items : [element("li", { class: "quiet" }, emptyWords(store))]);
    restoreFocus(focus);
    if (store.selectedId !== seen) list.querySelector(".is-selected")?.scrollIntoView({ block: "nearest" });
    seen = store.selectedId;
  }

  /**
   * @param {Lesion} lesion
   * @param {Lesion[]} all
   */
  function rowOf(lesion, all) {
    const isSelected = lesion.marks.some(([id]) => id === store.selectedId);
    const states = lesion.marks.flatMap(([id, mark]) => [
      mark,
      marks.hidden.has(id),
      marks.locked.has(id),
      refusalOf(id),
    ]);
    const made = [isSelected, store.isReadOnly, ...states];
    const before = rows.get(lesion.lesion);
    // The selected one also shows what depends on the others and on the picture.
    if (before && !isSelected && isSame(before.made, made)) return before;
    return { made, row: row(lesion, isSelected, all) };
  }

  /**
   * @param {Lesion} lesion
   * @param {boolean} isSelected
   * @param {Lesion[]} all
   */
  function row(lesion, isSelected, all) {
    const [[, first]] = lesion.marks;
    const label = store.label(first.label);
    const item = element(
      "li",
      { class: "finding", "data-finding": lesion.lesion },
      mainButton(lesion, label, isSelected),
    );
    item.classList.toggle("is-selected", isSelected);
    const said = saidOf(label, first);
    if (said) item.append(element("p", { class: "finding__said" }, said));
    const missing = (label?.attributes ?? []).filter(
      ({ key, is_required: isRequired }) => isRequired && !(key in first.attributes),
    );
    if (missing.length) {
      const names = missing.map(({ name }) => name).join(", ");
      item.append(element("p", { class: "finding__missing" }, `Missing: ${names}`));
    }
    for (const refusal of new Set(lesion.marks.map(([id]) => refusalOf(id)).filter(Boolean))) {
      item.append(element("p", { class: "finding__refused" }, `Not accepted: ${refusal}`));
    }
    if (isSelected) item.append(...details(lesion, all));
    return item;
  }

  /**
   * @param {Lesion} lesion
   * @param {Label | undefined} label
   * @param {boolean} isSelected
   */
  function mainButton(lesion, label, isSelected) {
    const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = label?.colour ?? "#fff";
    const told = lesion.marks.map(([, mark]) => mark);
    const chosen =
      lesion.marks.find(([id]) => id === store.selectedId)?.[1] ?? store.marks.get(lesion.id) ?? told[0];
    const states = [
      lesion.marks.every(([id]) => marks.hidden.has(id)) && "hidden",
      lesion.marks.every(([id]) => marks.locked.has(id)) && "locked",
    ];
    const words = [placesInWords(store.read, store.places, told), sizeOf(store, chosen), ...states];
    return element(
      "button",
      {
        type: "button",
        class: "finding__main",
        "aria-pressed": String(isSelected),
        onclick: () => commands.goTo(nextOf(lesion)),
      },
      swatch,
      element("span", { class: "finding__name" }, label?.name ?? told[0].label),
      element("span", { class: "finding__details" }, words.filter(Boolean).join(" · ")),
    );
  }

  /**
   * A click on the lesion that is selected already goes to its next mark.
   * @param {Lesion} lesion
   */
  function nextOf({ id, marks: all }) {
    const at = all.findIndex(([each]) => each === store.selectedId);
    if (at < 0) return id;
    const [[shown]] = [all[at]];
    const isShown = screen.active.overlay.shownMarks.some(([each]) => each === shown);
    return isShown ? all[(at + 1) % all.length][0] : shown;
  }

  /** @param {{lesion: string, action: string} | null} focus */
  function restoreFocus(focus) {
    if (!focus) return;
    const again = [...list.querySelectorAll("[data-finding]")].find(
      (each) => each.getAttribute("data-finding") === focus.lesion,
    );
    const control = again?.querySelector(`[data-action="${focus.action}"]`) ?? again?.querySelector("button");
    if (control instanceof HTMLElement) control.focus({ preventScroll: true });
    else screen.focus();
  }

  store.changed.listen(draw);
  marks.changed.listen(draw);
  keys.changed.listen(draw);
  screen.viewChanged.listen(() => details.isOutOfDate() && draw());
  details.counted.listen(draw);
  draw();
  return { draw };
}

/** @param {HTMLElement} list */
function focusWithin(list) {
  const { activeElement } = document;
  const lesion = list.contains(activeElement)
    ? activeElement?.closest("[data-finding]")?.getAttribute("data-finding")
    : undefined;
  return lesion ? { lesion, action: activeElement?.getAttribute("data-action") ?? "" } : null;
}

/**
 * Put children in their order and touch only what is not in its place.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} items
 */
function lay(list, items) {
  const wanted = new Set(items);
  for (const child of [...list.children]) if (!wanted.has(/** @type {HTMLElement} */ (child))) child.remove();
  items.forEach((item, index) => {
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
}

/**
 * @param {unknown[]} some
 * @param {unknown[]} others
 */
const isSame = (some, others) =>
  some.length === others.length && some.every((each, index) => each === others[index]);

/**
 * @param {ReadStore} store
 * @param {Mark} mark
 */
function sizeOf(store, { shape: name, geometry, ...mark }) {
  const display = store.places.of(mark)?.ref.instance.display;
  const shape = shapeOf(name);
  const spacing = display ? spacingFor(display, shape.bounds(geometry)) : null;
  const pixel = pixelShape(display?.spacing ?? null, display?.pixel_aspect_ratio ?? null);
  return sizeInWords(shape.measures(geometry, spacing, pixel));
}

/** @param {ReadStore} store */
function emptyWords({ isReadOnly, saysNoFinding, drawingLabels }) {
  if (saysNoFinding) return "No finding in this case.";
  if (isReadOnly || !drawingLabels.length) return "No marks.";
  return "No marks yet. Draw on the image, or press 0 for no finding.";
}

/**
 * The mark's attributes in words.
 * @param {Label | undefined} label
 * @param {Mark} mark
 */
function saidOf(label, { attributes }) {
  return (label?.attributes ?? [])
    .filter(({ key }) => key in attributes)
    .map(({ key, name, unit, kind }) => {
      const value = kind === "yes_no" ? (attributes[key] ? "yes" : "no") : attributes[key];
      return `${name}: ${value}${unit ? ` ${unit}` : ""}`;
    })
    .join(" · ");
}
