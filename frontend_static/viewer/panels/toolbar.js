/** The buttons above the pictures, in one row: tools that find no room in it go into a menu. */

import { element, part } from "../element.js";
import { createLayoutMenu } from "./layout_menu.js";
import { createLinkMenu } from "./link_menu.js";
import { createMenu } from "./menu.js";
import { createMprMenu } from "./mpr_menu.js";
import { createViewMenu } from "./view_menu.js";
import { createWindowList } from "./window_list.js";

/** @typedef {import('../layout_commands.js').LayoutParts} LayoutParts */
/** @typedef {import('../layout_commands.js').LayoutCommands} LayoutCommands */
/** @typedef {import('../tools/toolbox.js').Toolbox} Toolbox */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */
/** @typedef {import('../tools/keyboard.js').Commands} Commands */

/**
 * @param {LayoutParts} parts
 * @param {{store: ReadStore, marks: import('../store/mark_view.js').MarkView}} work
 * @param {Commands & LayoutCommands} commands
 * @param {Toolbox} toolbox
 */
export function createToolbar(parts, { store, marks }, commands, toolbox) {
  const { screen } = parts;
  const tools = toolbox.entries.map((entry) => ({
    entry,
    made: button(entry.words, entry.title, () => toolbox.choose(entry.name), `tool_${entry.name}`),
  }));
  const group = element("div", { class: "toolbar__group" }, ...tools.map(({ made }) => made));
  const more = createMenu("More", "More tools", () => screen.focus());
  const window = createWindowList(screen);
  const undo = button("↶", "Undo", commands.undo, "undo");
  const redo = button("↷", "Redo", commands.redo, "redo");
  const menus = [
    createViewMenu(parts, marks, commands),
    createLayoutMenu(parts, commands),
    createMprMenu(screen, parts.mpr, commands),
    createLinkMenu(parts, commands),
  ];
  const host = part("toolbar");
  host.replaceChildren(
    group,
    ...[[more], menus].map((each) =>
      element("div", { class: "toolbar__group" }, ...each.flatMap(({ button: made, panel }) => [made, panel])),
    ),
    element("div", { class: "toolbar__group" }, window),
    element("div", { class: "toolbar__group" }, undo, redo, button("?", "Keys and mouse", commands.help, "help")),
  );

  /**
   * @param {string} words
   * @param {string} title
   * @param {() => void} action
   * @param {string} keyOf
   */
  function button(words, title, action, keyOf) {
    const onclick = (/** @type {Event} */ event) => {
      action();
      // After a click with the mouse the keys belong to the picture again.
      if (/** @type {MouseEvent} */ (event).detail > 0) screen.focus();
    };
    const made = element("button", { type: "button", class: "tool", title, "data-title": title, "data-key-of": keyOf, onclick }, words);
    if (!/[a-z0-9?]/i.test(words)) made.setAttribute("aria-label", title);
    return made;
  }

  // What the mouse's other buttons do as well finds no room first, what draws and selects last.
  const leaving = [...tools].reverse().sort((one, other) => staying(one.entry) - staying(other.entry));

  const longest = tools.reduce((most, { entry: { words } }) => (words.length > most.length ? words : most), "More");

  /** Tools leave the row until the rest fits. */
  function makeRoom() {
    group.replaceChildren(...tools.map(({ made }) => made));
    more.panel.replaceChildren();
    more.button.hidden = true;
    // Whichever tool is taken from the menu later, its name finds room.
    more.button.textContent = longest;
    for (const { made } of leaving) {
      if (host.scrollWidth <= host.clientWidth || group.children.length < 2) break;
      more.button.hidden = false;
      more.panel.append(made);
    }
    for (const { made } of tools) if (made.parentElement === more.panel) more.panel.append(made);
    drawMore();
  }

  function drawMore() {
    const chosen = tools.find(({ entry, made }) => entry.name === toolbox.current.name && made.parentElement !== group);
    more.button.textContent = chosen ? chosen.entry.words : "More";
    more.button.setAttribute("aria-pressed", String(Boolean(chosen)));
  }

  function draw() {
    for (const { entry, made } of tools) {
      made.setAttribute("aria-pressed", String(entry.name === toolbox.current.name));
      made.disabled = Boolean(entry.shape) && store.isReadOnly;
    }
    undo.disabled = !store.canUndo;
    redo.disabled = !store.canRedo;
    drawMore();
  }
  store.changed.listen(draw);
  toolbox.changed.listen(() => {
    draw();
    if (more.panel.matches(":popover-open")) more.close();
  });
  // What says more or less as the pictures change takes more or less room.
  const observer = new ResizeObserver(makeRoom);
  for (const each of [host, window, ...menus.map(({ button: made }) => made)]) observer.observe(each);
  draw();
}

/** @param {import('../tools/registry.js').ToolEntry} entry */
const staying = ({ name, shape }) => (name === "select" ? 2 : shape ? 1 : 0);
