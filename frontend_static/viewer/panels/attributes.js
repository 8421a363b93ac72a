/** The pop-up beside a mark in which its attributes are given. */

import { shapeOf } from "../geometry/shapes.js";
import { transformBox } from "../geometry/transform.js";
import { element, part } from "../element.js";

/** @typedef {import('../types.js').Attribute} Attribute */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/**
 * @param {ReadStore} store
 * @param {import('../canvas/screen.js').Screen} screen
 */
export function createAttributesPopup(store, screen) {
  const popup = part("attributes");
  /** @type {string | null} */
  let openId = null;
  let openLabel = "";

  function close() {
    if (openId === null) return;
    const hadFocus = popup.contains(document.activeElement);
    openId = null;
    popup.hidden = true;
    popup.replaceChildren();
    if (hadFocus) screen.focus();
  }

  /**
   * @param {string} id
   * @param {{withFocus: boolean}} options
   */
  function open(id, { withFocus }) {
    const mark = store.marks.get(id);
    const label = mark && store.label(mark.label);
    if (!label?.attributes.length || store.isReadOnly) return close();
    openId = id;
    openLabel = label.key;
    popup.replaceChildren(
      element("p", { class: "popup__title" }, label.name),
      ...label.attributes.map((attribute) => field(attribute, id)),
      element("button", { type: "button", class: "button", onclick: close }, "Done (Esc)"),
    );
    popup.hidden = false;
    place();
    const first = popup.querySelector("select, input");
    if (withFocus && first instanceof HTMLElement) first.focus();
    return undefined;
  }

  /**
   * @param {Attribute} attribute
   * @param {string} id
   */
  function field(attribute, id) {
    const value = store.marks.get(id)?.attributes[attribute.key];
    const input = inputFor(attribute, value === undefined ? "" : String(value));
    input.addEventListener("change", () => {
      const mark = store.marks.get(id);
      if (!mark || !input.reportValidity()) return;
      const { [attribute.key]: _, ...others } = mark.attributes;
      const said = valueOf(attribute, input.value);
      store.changeMark(id, { attributes: said === null ? others : { ...others, [attribute.key]: said } });
    });
    const name = attribute.unit ? `${attribute.name} (${attribute.unit})` : attribute.name;
    return element("label", { class: "popup__field" }, element("span", {}, name), input);
  }

  function place() {
    const mark = openId === null ? undefined : store.marks.get(openId);
    if (!mark) return;
    const { viewport, host } = screen.active;
    const box = transformBox(viewport.matrix, shapeOf(mark.shape).bounds(mark.geometry));
    const { width, height } = viewport.size;
    const { offsetWidth, offsetHeight } = popup;
    const right = box.x + box.width + 12;
    const left = right + offsetWidth < width ? right : box.x - offsetWidth - 12;
    popup.style.left = `${host.offsetLeft + Math.min(Math.max(8, left), width - offsetWidth - 8)}px`;
    popup.style.top = `${host.offsetTop + Math.min(Math.max(8, box.y), height - offsetHeight - 8)}px`;
  }

  popup.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  store.changed.listen(() => {
    if (openId === null) return;
    const mark = store.marks.get(openId);
    const isOnScreen = store.marksOn(screen.active.viewport.shown).length > 0;
    const isGone = !mark || mark.is_withdrawn || store.selectedId !== openId || !isOnScreen;
    if (isGone) close();
    else if (mark.label !== openLabel) open(openId, { withFocus: false });
  });
  const follow = () => {
    const isOnScreen = store.marksOn(screen.active.viewport.shown).some(([id]) => id === openId);
    if (openId !== null && !isOnScreen) close();
    else place();
  };
  screen.viewChanged.listen(follow);
  screen.changed.listen(follow);
  return { open, close };
}

/**
 * @param {Attribute} attribute
 * @param {string} value
 */
function inputFor({ kind, choices, minimum, maximum }, value) {
  if (kind === "choice" || kind === "yes_no") {
    const options =
      kind === "choice"
        ? choices.map((choice) => [choice, choice])
        : [
            ["true", "yes"],
            ["false", "no"],
          ];
    const select = element(
      "select",
      { class: "field" },
      ...[["", "–"], ...options].map(([key, words]) => element("option", { value: key }, words)),
    );
    select.value = value;
    return select;
  }
  if (kind === "text") return element("input", { class: "field", type: "text", maxlength: 200, value });
  const input = element("input", { class: "field", type: "number", step: "any", value });
  if (minimum !== null) input.min = String(minimum);
  if (maximum !== null) input.max = String(maximum);
  return input;
}

/**
 * @param {Attribute} attribute
 * @param {string} value
 */
function valueOf({ kind }, value) {
  if (value === "") return null;
  if (kind === "number") return Number(value);
  return kind === "yes_no" ? value === "true" : value;
}
