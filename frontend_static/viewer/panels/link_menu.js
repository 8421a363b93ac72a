/** The menu of what goes together in the panes; its button says what is linked. */

import { LINK_KINDS } from "../canvas/links.js";
import { createMenu, menuItem, menuSection } from "./menu.js";

/** @typedef {import('../layout_commands.js').LayoutCommands} LayoutCommands */
/** @typedef {import('../layout_commands.js').LayoutParts} LayoutParts */

const WORDS = { scroll: "Scrolling", window: "Window", zoom: "Zoom", pan: "Moving" };
const ACTIONS = { scroll: "linkScroll", window: "linkWindow", zoom: "linkZoom", pan: "linkPan" };

/**
 * @param {LayoutParts} parts
 * @param {LayoutCommands} commands
 */
export function createLinkMenu({ screen, links, guides }, commands) {
  const items = LINK_KINDS.map((kind) => ({
    kind,
    item: menuItem(WORDS[kind], ACTIONS[kind], () => commands.toggleLink(kind)),
  }));
  const lines = menuItem("Reference lines", "referenceLines", commands.toggleReferenceLines);
  const menu = createMenu(
    "Links",
    "What goes together in the images",
    () => screen.focus(),
    menuSection("Goes together", ...items.map(({ item }) => item)),
    menuSection("Shown in the others", lines),
  );

  function draw() {
    const words = LINK_KINDS.filter((kind) => links.states[kind]);
    menu.button.textContent = `Links: ${words.length > 1 ? words.length : (words[0] ?? "none")}`;
    menu.button.title = `What goes together in the images: ${words.join(", ") || "nothing"}`;
    menu.button.hidden = screen.panes.length === 1;
    for (const { kind, item } of items) item.setAttribute("aria-pressed", String(links.states[kind]));
    lines.setAttribute("aria-pressed", String(guides.areLinesShown));
  }
  for (const signal of [screen.changed, links.changed, guides.changed]) signal.listen(draw);
  draw();
  return menu;
}
