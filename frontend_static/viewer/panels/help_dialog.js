/** Keys and mouse, from the map that the keyboard obeys. Every key can be changed here. */

import { capOf, isOfBrowser, keyOf } from "../tools/key_names.js";
import { element, keyCap, part } from "../element.js";

/** @typedef {import('../tools/key_actions.js').Action} Action */
/** @typedef {import('../tools/key_map.js').KeyMap<Action>} Keys */

const MOUSE = [
  ["Left drag", "The tool in hand; on an edge or handle: change the mark"],
  ["Click", "Select the mark under the pointer"],
  ["Wheel", "Next and previous image"],
  ["Ctrl + wheel", "Zoom at the pointer"],
  ["Middle drag", "Pan"],
  ["Right drag", "Window (across) and level (down); Shift is finer"],
  ["Double click", "Maximise; alone on the screen: fit"],
  ["One finger", "The tool in hand"],
  ["Two fingers", "Zoom and pan"],
  ["Three fingers", "Up and down: next and previous image"],
];

/**
 * @param {Keys} keys
 * @param {{onChange: () => void, showTour: () => void}} around
 */
export function createHelpDialog(keys, { onChange, showTour }) {
  const dialog = /** @type {HTMLDialogElement} */ (part("help"));
  const search = /** @type {HTMLInputElement} */ (part("help-search"));
  const message = part("help-message");
  const rows = keys.actions.map((action) => keyRow(action, keys, { ask, reset }));
  const groups = [...new Set(keys.actions.map(({ group }) => group))].map((group) => {
    const own = rows.filter(({ action }) => action.group === group);
    const families = own[0].action.family ? [familyRow(own[0].action.family, own, keys)] : [];
    return { rows: own, families, host: section(group, (families.length ? families : own).map(({ host }) => host)) };
  });
  const mouse = section("Mouse and touch", MOUSE.map(([what, words]) => mouseRow(what, words)));
  part("help-keys").replaceChildren(mouse, ...groups.map(({ host }) => host));
  /** @type {Action | null} */
  let asked = null;

  /** @param {Action} action */
  function ask(action) {
    asked = action;
    say(`Press the new key for “${action.words}”. Esc leaves it as it is, Backspace takes it away.`);
    draw();
  }

  /** @param {Action} action */
  function reset(action) {
    keys.reset(action.name);
    say(`“${action.words}” is as everybody begins.`);
    onChange();
  }

  /** @param {Action} action @param {string} key */
  function give(action, key) {
    keys.set(action.name, key);
    say(key ? `“${action.words}” is ${capOf(key)} now.` : `“${action.words}” has no key now.`);
    onChange();
  }

  /** @param {KeyboardEvent} event */
  function take(event) {
    const key = keyOf(event);
    if (!asked || !key) return;
    event.preventDefault();
    event.stopPropagation();
    const action = asked;
    if (key !== "Escape" && key !== "Backspace" && isOfBrowser(key))
      return say(`The browser keeps ${capOf(key)} for itself. Press another key, or Esc.`);
    asked = null;
    say("");
    if (key === "Backspace") give(action, "");
    const swap = key !== "Escape" && key !== "Backspace" ? offer(action, key) : undefined;
    draw();
    (swap ?? rows.find((each) => each.action === action))?.focus();
  }

  /**
   * @param {Action} action
   * @param {string} key
   * @returns {HTMLElement | undefined}  what swaps it with another action's
   */
  function offer(action, key) {
    const other = keys.conflict(action.name, key);
    if (!other) {
      give(action, key);
      return undefined;
    }
    const [own = ""] = keys.keysOf(action.name);
    const swap = element("button", { type: "button", class: "button" }, "Swap");
    swap.addEventListener("click", () => {
      give(action, key);
      rows.find((each) => each.action === action)?.focus();
    });
    const goes = own ? `would get ${capOf(own)}` : "would have no key";
    message.replaceChildren(`${capOf(key)} is “${other.words}”, which ${goes}. `, swap);
    return swap;
  }

  /** @param {string} words */
  const say = (words) => message.replaceChildren(words);

  function draw() {
    const wanted = search.value.trim().toLowerCase();
    for (const row of rows) row.draw(row.action === asked, wanted);
    for (const { families } of groups) for (const family of families) family.draw(wanted);
    for (const { host, rows: own } of groups) host.hidden = own.every((row) => row.host.hidden);
    mouse.hidden = wanted !== "";
    part("help-nothing").hidden = groups.some(({ host }) => !host.hidden);
  }

  dialog.addEventListener("keydown", take, { capture: true });
  dialog.addEventListener("close", () => (asked = null));
  search.addEventListener("input", draw);
  keys.changed.listen(draw);
  part("help-close").addEventListener("click", () => dialog.close());
  part("help-reset").addEventListener("click", () => {
    keys.resetAll();
    say("All keys are as everybody begins.");
    onChange();
  });
  part("help-tour").addEventListener("click", () => {
    dialog.close();
    showTour();
  });
  return {
    /** @param {string} words */
    say,
    open() {
      if (dialog.open) return;
      search.value = "";
      say("");
      draw();
      dialog.showModal();
    },
  };
}

/**
 * @param {string} words
 * @param {HTMLElement[]} rows
 */
const section = (words, rows) =>
  element("section", { class: "help__group" }, element("h3", { class: "help__title" }, words), ...rows);

/**
 * @param {string} what
 * @param {string} words
 */
const mouseRow = (what, words) =>
  element("div", { class: "help__row is-mouse" }, keyCap(what), element("span", {}, words));

/**
 * @param {Action} action
 * @param {Keys} keys
 * @param {{ask: (action: Action) => void, reset: (action: Action) => void}} does
 */
function keyRow(action, keys, { ask, reset }) {
  const caps = element("span", { class: "help__caps" });
  const change = button("Change", `Change the key for ${action.words}`, () => ask(action));
  const back = button("Reset", `Reset the key for ${action.words}`, () => reset(action));
  const host = element(
    "div",
    { class: "help__row", "data-action": action.name },
    element("span", { class: "help__words" }, action.words),
    caps,
    ...(action.isFixed ? [] : [back, change]),
  );
  return {
    action,
    host,
    focus: () => change.focus(),
    /** @param {boolean} isAsked @param {string} wanted */
    draw(isAsked, wanted) {
      const own = keys.keysOf(action.name).map(capOf);
      caps.replaceChildren(...(isAsked ? ["Press a key"] : own.length ? own.map(keyCap) : ["no key"]));
      back.hidden = !keys.isChanged(action.name);
      host.classList.toggle("is-asked", isAsked);
      host.hidden = !`${action.words} ${own.join(" ")}`.toLowerCase().includes(wanted);
    },
  };
}

/**
 * One row for many that differ only by a number; it opens to show each.
 * @param {string} words
 * @param {ReturnType<typeof keyRow>[]} rows
 * @param {Keys} keys
 */
function familyRow(words, rows, keys) {
  const caps = element("span", { class: "help__caps" });
  const host = element(
    "details",
    { class: "help__family" },
    element("summary", { class: "help__row is-family" }, element("span", { class: "help__words" }, words), caps),
    ...rows.map(({ host: each }) => each),
  );
  const ends = [rows[0], rows[rows.length - 1]].map(({ action }) => action.name);
  return {
    host,
    /** @param {string} wanted */
    draw(wanted) {
      const [first, last] = ends.map((name) => keys.keysOf(name).map(capOf)[0] ?? "no key");
      caps.replaceChildren(keyCap(first), "to", keyCap(last));
      if (wanted) host.open = rows.some(({ host: each }) => !each.hidden);
    },
  };
}

/**
 * @param {string} words
 * @param {string} title
 * @param {() => void} onclick
 */
const button = (words, title, onclick) =>
  element("button", { type: "button", class: "help__change", "aria-label": title, onclick }, words);
