/** A button with a menu under it, worked by mouse and by arrow keys. */

import { element } from "../element.js";
import { capFor } from "./key_caps.js";

const PACES = new Map([
  ["ArrowDown", 1],
  ["ArrowUp", -1],
]);

/**
 * @typedef {object} Menu
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} panel
 * @property {() => void} close
 */

/**
 * @param {string} words
 * @param {string} title
 * @param {() => void} onClose  where the keys go then
 * @param {...HTMLElement} content
 * @returns {Menu}
 */
export function createMenu(words, title, onClose, ...content) {
  const button = element("button", { type: "button", class: "tool is-menu", title, "aria-expanded": "false" }, words);
  const panel = element("div", { class: "menu", popover: "auto", role: "group", "aria-label": title }, ...content);
  button.popoverTargetElement = panel;
  // Escape gives the focus back to the button; who came with the mouse wants the keys at the picture.
  let isByMouse = false;
  button.addEventListener("click", ({ detail }) => (isByMouse = detail > 0));
  panel.addEventListener("beforetoggle", (event) => {
    const isOpening = /** @type {ToggleEvent} */ (event).newState === "open";
    button.setAttribute("aria-expanded", String(isOpening));
    if (!isOpening) return;
    place(button, panel);
    // So the browser moves the focus as it opens the menu, before the next key.
    for (const item of panel.querySelectorAll("button")) item.autofocus = item === startOf(panel);
  });
  panel.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") return;
    // A menu that closes because another control was clicked leaves the focus there.
    if (isLeft(panel) || (isByMouse && document.activeElement === button)) onClose();
  });
  panel.addEventListener("keydown", (event) => step(panel, event));
  return { button, panel, close: () => panel.hidePopover() };
}

/** @param {HTMLElement} panel */
const isLeft = (panel) => document.activeElement === document.body || panel.contains(document.activeElement);

/**
 * One line of a menu.
 * @param {string} words
 * @param {string} action  whose key is told beside it, "" for none
 * @param {() => void} onclick
 */
export function menuItem(words, action, onclick) {
  const caps = action ? [capFor(action)] : [];
  return element("button", { type: "button", class: "menu__item", onclick }, element("span", {}, words), ...caps);
}

/**
 * @param {string} words
 * @param {...HTMLElement} items
 */
export const menuSection = (words, ...items) =>
  element("div", { class: "menu__section" }, element("p", { class: "menu__title" }, words), ...items);

/**
 * @param {HTMLElement} panel
 * @returns {HTMLButtonElement[]}
 */
const itemsOf = (panel) => [...panel.querySelectorAll("button")].filter(({ disabled, tabIndex }) => !disabled && tabIndex >= 0);

/**
 * What is on, else the first.
 * @param {HTMLElement} panel
 */
const startOf = (panel) =>
  itemsOf(panel).find((item) => item.getAttribute("aria-pressed") === "true") ?? itemsOf(panel)[0];

/**
 * @param {HTMLElement} panel
 * @param {KeyboardEvent} event
 */
function step(panel, event) {
  const pace = PACES.get(event.key);
  if (!pace || event.defaultPrevented) return;
  const items = itemsOf(panel);
  const now = items.findIndex((item) => item === document.activeElement);
  items[(now + pace + items.length) % items.length]?.focus();
  event.preventDefault();
}

/**
 * Under its button, and within the window.
 * @param {HTMLElement} button
 * @param {HTMLElement} panel
 */
function place(button, panel) {
  const { left, bottom } = button.getBoundingClientRect();
  panel.style.left = `${Math.max(4, Math.min(left, innerWidth - 264))}px`;
  panel.style.top = `${bottom + 4}px`;
}
