/** The menu of layouts: a grid to pick rows and columns from, and the hanging protocols that fit the case. */

import { createMenu, menuItem, menuSection } from "./menu.js";
import { element } from "../element.js";

/** @typedef {import('../layout_commands.js').LayoutCommands} LayoutCommands */
/** @typedef {import('../layout_commands.js').LayoutParts} LayoutParts */

const MOST = 4;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @param {LayoutParts} parts
 * @param {LayoutCommands} commands
 */
export function createLayoutMenu({ screen, hanging }, commands) {
  const protocols = hanging.protocols.map((protocol, index) => ({
    protocol,
    item: menuItem(protocol.name, "", () => {
      menu.close();
      commands.chooseHanging(index);
      screen.focus();
    }),
  }));
  const grid = createGrid((rows, columns) => {
    menu.close();
    commands.setLayout(rows, columns);
    screen.focus();
  });
  const sections = [menuSection("Rows and columns", grid.host, grid.words)];
  if (protocols.length) sections.unshift(menuSection("Hanging", ...protocols.map(({ item }) => item)));
  const menu = createMenu("Layout", "How the images are arranged", () => screen.focus(), ...sections);

  function draw() {
    const { rows, columns } = screen.layout;
    menu.button.textContent = `Layout ${rows} × ${columns}`;
    grid.show(rows, columns);
    for (const { protocol, item } of protocols)
      item.setAttribute("aria-pressed", String(protocol === hanging.current));
  }
  screen.changed.listen(draw);
  hanging.changed.listen(draw);
  draw();
  return menu;
}

/** @param {(rows: number, columns: number) => void} choose */
function createGrid(choose) {
  const words = element("p", { class: "menu__words", "aria-live": "polite" });
  let shown = [1, 1];
  const cells = Array.from({ length: MOST * MOST }, (_, index) => {
    const [rows, columns] = [Math.floor(index / MOST) + 1, (index % MOST) + 1];
    const show = () => mark(rows, columns);
    return element("button", {
      type: "button",
      class: "layout-grid__cell",
      "aria-label": `${rows} by ${columns}`,
      onclick: () => choose(rows, columns),
      onpointerenter: show,
      onfocus: show,
    });
  });
  const host = element("div", { class: "layout-grid", role: "group", "aria-label": "Rows and columns" }, ...cells);
  host.addEventListener("pointerleave", () => mark(shown[0], shown[1]));
  host.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    const now = cells.findIndex((cell) => cell === document.activeElement);
    if (!step || now < 0) return;
    const [row, column] = [Math.floor(now / MOST) + step[0], (now % MOST) + step[1]];
    // Past the grid's upper edge the arrow leads to the rest of the menu.
    if (row < 0) return;
    event.preventDefault();
    cells[Math.min(MOST - 1, row) * MOST + Math.max(0, Math.min(MOST - 1, column))].focus();
  });

  /**
   * @param {number} rows
   * @param {number} columns
   */
  function mark(rows, columns) {
    words.textContent = `${rows} × ${columns}`;
    cells.forEach((cell, index) => {
      cell.classList.toggle("is-on", Math.floor(index / MOST) < rows && index % MOST < columns);
    });
  }

  return {
    host,
    words,
    /**
     * @param {number} rows
     * @param {number} columns
     */
    show(rows, columns) {
      shown = [rows, columns];
      mark(rows, columns);
      cells.forEach((cell, index) => {
        const isShown = index === (rows - 1) * MOST + columns - 1;
        cell.setAttribute("aria-pressed", String(isShown));
        cell.tabIndex = isShown ? 0 : -1;
      });
    },
  };
}
