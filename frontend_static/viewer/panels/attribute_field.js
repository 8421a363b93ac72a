/** One attribute of a mark as a control: buttons for a choice, which number keys pick, or a field to write in. */

import { element, keyCap } from "../element.js";

/** @typedef {import('../types.js').Attribute} Attribute */
/** @typedef {string | number | boolean | null} Said  null: nothing */

/**
 * @typedef {object} AttributeField
 * @property {string} key
 * @property {HTMLElement} made
 * @property {() => void} focus
 * @property {() => boolean} isAnswered
 * @property {(said: Said | undefined) => void} show
 * @property {(event: KeyboardEvent) => boolean} choose  whether the key picked an answer
 * @property {() => boolean} commit  what was written; false where it is not right
 */

// Number keys reach no farther.
const MOST_BUTTONS = 9;

/**
 * @param {Attribute} attribute
 * @param {Said | undefined} value
 * @param {(said: Said) => void} say
 * @returns {AttributeField}
 */
export function createAttributeField(attribute, value, say) {
  const offers = offersOf(attribute);
  const isButtons = offers && offers.length <= MOST_BUTTONS;
  const field = isButtons ? choiceField(attribute, offers, say) : writtenField(attribute, offers, say);
  field.show(value);
  return field;
}

/**
 * @param {Attribute} attribute
 * @returns {{said: Said, words: string}[] | null}
 */
function offersOf({ kind, choices }) {
  if (kind === "yes_no") {
    return [
      { said: true, words: "yes" },
      { said: false, words: "no" },
    ];
  }
  return kind === "choice" ? choices.map((choice) => ({ said: choice, words: choice })) : null;
}

/** @param {Attribute} attribute */
const nameOf = ({ name, unit }) => (unit ? `${name} (${unit})` : name);

/**
 * @param {Attribute} attribute
 * @param {{said: Said, words: string}[]} offers
 * @param {(said: Said) => void} say
 * @returns {AttributeField}
 */
function choiceField(attribute, offers, say) {
  /** @type {Said} */
  let chosen = null;
  // Choosing again what is chosen takes it back.
  const toggle = (/** @type {Said} */ said) => say(said === chosen ? null : said);
  const buttons = offers.map(({ said, words }, index) =>
    element(
      "button",
      { type: "button", class: "choice", role: "radio", "aria-label": words, onclick: () => toggle(said) },
      keyCap(String(index + 1)),
      element("span", { class: "choice__words" }, words),
    ),
  );
  const name = element("span", { class: "popup__name" }, nameOf(attribute));
  const group = element(
    "div",
    { class: "popup__choices", role: "radiogroup", "aria-label": nameOf(attribute) },
    ...buttons,
  );
  return {
    key: attribute.key,
    made: element("div", { class: "popup__field" }, name, group),
    focus: () => (buttons.find((each) => each.tabIndex === 0) ?? buttons[0]).focus(),
    isAnswered: () => chosen !== null,
    show(said = null) {
      chosen = said;
      const at = offers.findIndex((offer) => offer.said === said);
      buttons.forEach((each, index) => {
        each.setAttribute("aria-checked", String(index === at));
        each.tabIndex = index === Math.max(0, at) ? 0 : -1;
      });
    },
    choose(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return false;
      const number = Number(/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1] ?? 0);
      if (number > 0 && number <= offers.length) {
        say(offers[number - 1].said);
        return true;
      }
      stepAmong(buttons, event);
      return false;
    },
    commit: () => true,
  };
}

/**
 * Arrows go from one button to the next, as in any group of radio buttons.
 * @param {HTMLButtonElement[]} buttons
 * @param {KeyboardEvent} event
 */
function stepAmong(buttons, event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const at = buttons.findIndex((each) => each === document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length].focus();
}

/**
 * @param {Attribute} attribute
 * @param {{said: Said, words: string}[] | null} offers  more than there are number keys
 * @param {(said: Said) => void} say
 * @returns {AttributeField}
 */
function writtenField(attribute, offers, say) {
  const input = offers ? selectFrom(offers) : inputFor(attribute);
  function commit() {
    if (!input.reportValidity()) return false;
    const { value } = input;
    say(value === "" ? null : attribute.kind === "number" ? Number(value) : value);
    return true;
  }
  input.addEventListener("change", commit);
  const name = element("span", { class: "popup__name" }, nameOf(attribute));
  return {
    key: attribute.key,
    made: element("label", { class: "popup__field" }, name, input),
    focus: () => input.focus(),
    isAnswered: () => input.value !== "",
    show(said) {
      const value = said === undefined || said === null ? "" : String(said);
      if (input.value !== value && document.activeElement !== input) input.value = value;
    },
    choose: () => false,
    commit,
  };
}

/** @param {{words: string}[]} offers */
function selectFrom(offers) {
  const options = offers.map(({ words }) => element("option", { value: words }, words));
  return element("select", { class: "field" }, element("option", { value: "" }, "–"), ...options);
}

/** @param {Attribute} attribute */
function inputFor({ kind, minimum, maximum }) {
  if (kind === "text") return element("input", { class: "field", type: "text", maxlength: 200 });
  const input = element("input", { class: "field", type: "number", step: "any" });
  if (minimum !== null) input.min = String(minimum);
  if (maximum !== null) input.max = String(maximum);
  return input;
}
