/**
 * The pop-up beside a mark in which it is described. It opens right after drawing without taking the keys; the key of
 * a label gives them to it, and then numbers choose.
 */

import { shapeOf } from "../geometry/shapes.js";
import { transformBox } from "../geometry/transform.js";
import { element, part } from "../element.js";
import { createAttributeField } from "./attribute_field.js";
import { placePopup } from "./popup_place.js";

/** @typedef {import('./attribute_field.js').AttributeField} AttributeField */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */

/**
 * @param {ReadStore} store
 * @param {import('../canvas/screen.js').Screen} screen
 */
export function createAttributesPopup(store, screen) {
  const popup = part("attributes");
  /** @type {string | null} */
  let openId = null;
  /** Just drawn: a label's key is an answer to what it is, and leads on to what the label asks. @type {string | null} */
  let freshId = null;
  let openLabel = "";
  /** @type {AttributeField[]} */
  let fields = [];

  /** @returns {boolean}  whether there was something to close */
  function close() {
    if (openId === null) return false;
    // First, while the mark is known: a field that is left says what was written in it.
    if (popup.contains(document.activeElement)) screen.focus();
    openId = null;
    popup.hidden = true;
    popup.replaceChildren();
    return true;
  }

  /**
   * @param {string} id
   * @param {{withFocus: boolean}} options
   */
  function open(id, { withFocus }) {
    const mark = store.marks.get(id);
    const label = mark && store.label(mark.label);
    if (!withFocus) freshId = id;
    if (!label?.attributes.length || store.isReadOnly) {
      close();
      return;
    }
    openId = id;
    openLabel = label.key;
    fields = label.attributes.map((attribute) => {
      const value = mark?.attributes[attribute.key];
      return createAttributeField(attribute, value, (said) => say(attribute.key, said));
    });
    popup.replaceChildren(
      element(
        "div",
        { class: "popup__head" },
        element("p", { class: "popup__title" }, label.name),
        element("button", { type: "button", class: "button", onclick: () => close() }, "Done (Esc)"),
      ),
      ...fields.map(({ made }) => made),
    );
    popup.hidden = false;
    place();
    if (withFocus) (fields.find(({ isAnswered }) => !isAnswered()) ?? fields[0]).focus();
  }

  /**
   * @param {string} key
   * @param {string | number | boolean | null} said
   */
  function say(key, said) {
    const mark = openId === null ? undefined : store.marks.get(openId);
    if (!mark || openId === null || (mark.attributes[key] ?? null) === said) return;
    const { [key]: _, ...others } = mark.attributes;
    store.describe(openId, said === null ? others : { ...others, [key]: said });
  }

  /** To the next question without an answer; with none left there is nothing more to do here. */
  function goOn() {
    const next = fields.find(({ isAnswered }) => !isAnswered());
    if (next) next.focus();
    else close();
  }

  function place() {
    const mark = openId === null ? undefined : store.marks.get(openId);
    const { viewport, host } = screen.active;
    if (!mark || viewport.size.width === 0) return;
    const boxOf = (/** @type {import('../types.js').Mark} */ { shape, geometry }) =>
      transformBox(viewport.matrix, shapeOf(shape).bounds(geometry));
    const others = screen.active.overlay.shownMarks.flatMap(([id, each]) =>
      id === openId ? [] : [boxOf(each)],
    );
    const frame = host.getBoundingClientRect();
    const page = (popup.offsetParent ?? document.body).getBoundingClientRect();
    const size = { width: popup.offsetWidth, height: popup.offsetHeight };
    const at = placePopup(boxOf(mark), viewport.size, size, others);
    popup.style.left = `${frame.left - page.left + at.x}px`;
    popup.style.top = `${frame.top - page.top + at.y}px`;
  }

  popup.addEventListener("keydown", (event) => {
    const field = fields.find(({ made }) => made.contains(document.activeElement));
    const isDone = event.key === "Escape" || event.key === "Enter";
    if (isDone && event.target instanceof HTMLButtonElement && !field && event.key === "Enter") return;
    if (!isDone && !field?.choose(event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (isDone && field?.commit() !== false) close();
    else if (!isDone) goOn();
  });
  popup.addEventListener("click", (event) => {
    const field = fields.find(({ made }) => made.contains(/** @type {Node} */ (event.target)));
    const isChoice = event.target instanceof Element && event.target.closest(".choice");
    if (isChoice && field?.isAnswered()) goOn();
  });
  // Who works on in the picture needs to see it. Before the tool hears of it, which may open the pop-up of a new mark.
  part("screen").addEventListener("pointerdown", ({ button }) => button === 0 && close(), { capture: true });
  store.labelChosen.listen(() => {
    const id = openId ?? freshId;
    if (id !== null && store.selectedId === id) open(id, { withFocus: true });
  });
  store.changed.listen(() => {
    if (openId === null) return;
    const mark = store.marks.get(openId);
    if (!mark || mark.is_withdrawn || store.selectedId !== openId) close();
    else if (mark.label !== openLabel) open(openId, { withFocus: popup.contains(document.activeElement) });
    else fields.forEach((field) => field.show(mark.attributes[field.key]));
  });
  const follow = () => {
    if (openId === null) return;
    if (screen.active.overlay.shownMarks.some(([id]) => id === openId)) place();
    else close();
  };
  screen.viewChanged.listen(follow);
  screen.changed.listen(follow);
  return { open, close };
}
