/** The menu of how the active picture is looked at: size, turning, lens and cine. */

import { createMenu, menuItem, menuSection } from "./menu.js";

/** @typedef {import('../layout_commands.js').LayoutCommands} LayoutCommands */
/** @typedef {import('../layout_commands.js').LayoutParts} LayoutParts */
/** @typedef {import('../tools/keyboard.js').Commands} Commands */

/**
 * @param {LayoutParts} parts
 * @param {Commands & LayoutCommands} commands
 */
export function createViewMenu({ screen, magnifier, cine }, commands) {
  const lens = menuItem("Magnifier", "magnifier", commands.magnifier);
  const play = menuItem("Play", "cine", commands.cine);
  const slower = menuItem("Slower", "cineSlower", () => commands.changeCineRate(-1));
  const faster = menuItem("Faster", "cineFaster", () => commands.changeCineRate(1));
  const invert = menuItem("Invert", "invert", commands.invert);
  const menu = createMenu(
    "View",
    "Size, turning, magnifier and cine",
    () => screen.focus(),
    menuSection("Everything", menuItem("Reset: as on opening", "reset", commands.reset)),
    menuSection("Size", menuItem("Fit", "fit", commands.fit), menuItem("1:1 pixels", "actualSize", commands.actualSize), lens),
    menuSection(
      "Turning",
      menuItem("Flip left and right", "flipHorizontally", commands.flipHorizontally),
      menuItem("Flip top and bottom", "flipVertically", commands.flipVertically),
      menuItem("Turn a quarter", "turn", commands.turn),
      invert,
    ),
    menuSection("Cine", play, slower, faster),
  );

  function draw() {
    const { viewport } = screen.active;
    invert.setAttribute("aria-pressed", String(viewport.grey.isInverted));
    lens.setAttribute("aria-pressed", String(magnifier.factor > 0));
    lens.firstElementChild?.replaceChildren(magnifier.factor ? `Magnifier ${magnifier.factor} ×` : "Magnifier");
    play.setAttribute("aria-pressed", String(cine.isPlaying));
    const rate = `${Math.round(cine.rate)} images/s`;
    play.firstElementChild?.replaceChildren(cine.isPlaying ? `Stop (${rate})` : `Play (${rate})`);
    for (const item of [play, slower, faster]) item.disabled = !cine.canPlay;
  }
  for (const signal of [screen.viewChanged, screen.changed, magnifier.changed, cine.changed]) signal.listen(draw);
  draw();
  return menu;
}
