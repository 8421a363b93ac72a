/** The marks as a list, with the same selection as the picture; everything a mark can do can be done here too. */

import { sizeInWords, spacingFor, spacingInWords } from "../geometry/measure.js";
import { shapeOf } from "../geometry/shapes.js";
import { element, part } from "../element.js";

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('../canvas/screen.js').Screen} Screen */

/**
 * @param {ReadStore} store
 * @param {Screen} screen
 * @param {{edit: (id: string) => void, refusalOf: (id: string) => string}} options
 */
export function createFindingsPanel(store, screen, { edit, refusalOf }) {
  const list = part("findings");
  const count = part("findings-count");

  function draw() {
    const marks = store.liveMarks;
    count.textContent = marks.length ? String(marks.length) : "";
    const focusedId = document.activeElement?.closest("[data-finding]")?.getAttribute("data-finding");
    const empty = element("li", { class: "quiet" }, emptyWords(store));
    list.replaceChildren(...(marks.length ? marks.map(([id, mark]) => row(id, mark)) : [empty]));
    if (focusedId) {
      const again = list.querySelector(`[data-finding="${focusedId}"] button`);
      if (again instanceof HTMLElement) again.focus({ preventScroll: true });
      else screen.focus();
    }
  }

  /**
   * @param {string} id
   * @param {Mark} mark
   */
  function row(id, mark) {
    const label = store.label(mark.label);
    const place = placeOf(store.read.series, mark);
    const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = label?.colour ?? "#fff";
    const shape = shapeOf(mark.shape);
    const display = place?.ref.instance.display;
    const spacing = display ? spacingFor(display, shape.bounds(mark.geometry)) : null;
    const missing = (label?.attributes ?? []).filter(
      ({ key, is_required: is }) => is && !(key in mark.attributes),
    );
    const details = [place?.words ?? "image not in this case", sizeInWords(shape.measures(mark.geometry, spacing))].join(
      " · ",
    );
    const refusal = refusalOf(id);
    const main = element(
      "button",
      {
        type: "button",
        class: "finding__main",
        title: spacingInWords(spacing),
        "aria-pressed": String(id === store.selectedId),
        onclick: () => {
          store.select(id);
          screen.active.viewport.showFrameOf(mark);
        },
      },
      swatch,
      element("span", { class: "finding__name" }, label?.name ?? mark.label),
      element("span", { class: "finding__details" }, details),
    );
    const item = element("li", { class: "finding", "data-finding": id }, main);
    if (id === store.selectedId) item.classList.add("is-selected");
    const said = saidOf(label, mark);
    if (said) item.append(element("p", { class: "finding__said" }, said));
    if (missing.length) {
      item.append(
        element("p", { class: "finding__missing" }, `Missing: ${missing.map(({ name }) => name).join(", ")}`),
      );
    }
    if (refusal) item.append(element("p", { class: "finding__refused" }, `Not accepted: ${refusal}`));
    if (!store.isReadOnly && id === store.selectedId) item.append(actions(id, label));
    return item;
  }

  /**
   * @param {string} id
   * @param {import('../types.js').Label | undefined} label
   */
  function actions(id, label) {
    const buttons = element("div", { class: "finding__actions" });
    if (label?.attributes.length) {
      buttons.append(
        element("button", { type: "button", class: "button", onclick: () => edit(id) }, "Describe (A)"),
      );
    }
    buttons.append(
      element(
        "button",
        { type: "button", class: "button", onclick: () => store.withdrawMark(id) },
        "Withdraw (Del)",
      ),
    );
    return buttons;
  }

  store.changed.listen(draw);
  draw();
  return { draw };
}

/** @param {ReadStore} store */
function emptyWords({ isReadOnly, saysNoFinding, drawingLabels }) {
  if (saysNoFinding) return "No finding in this case.";
  if (isReadOnly || !drawingLabels.length) return "No marks.";
  return "No marks yet. Drag on the image to draw a box, or press 0 for no finding.";
}

/**
 * @param {import('../types.js').Series[]} all
 * @param {Mark} mark
 * @returns {{ref: FrameRef, words: string} | null}
 */
function placeOf(all, mark) {
  for (const [index, series] of all.entries()) {
    const ref = series.frames.find(
      ({ frame, instance }) => frame === mark.frame && instance.sop_instance_uid === mark.sop_instance_uid,
    );
    const prefix = all.length > 1 ? `series ${series.number ?? index + 1}, ` : "";
    if (ref) return { ref, words: `${prefix}image ${ref.index + 1}` };
  }
  return null;
}

/**
 * The mark's attributes in words.
 * @param {import('../types.js').Label | undefined} label
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
