/** The menu of how the active picture is looked at and worked on: size, turning, lens, cine and snapping. */

import { createMenu, menuItem, menuSection } from "./menu.js";

/** @typedef {import('../layout_commands.js').LayoutCommands} LayoutCommands */
/** @typedef {import('../layout_commands.js').LayoutParts} LayoutParts */
/** @typedef {import('../tools/keyboard.js').Commands} Commands */

/**
 * @param {LayoutParts} parts
 * @param {import('../store/mark_view.js').MarkView} marks
 * @param {Commands & LayoutCommands} commands
 */
export function createViewMenu({ screen, magnifier, cine, overlayPlanes }, marks, commands) {
  const lens = menuItem("Magnifier", "magnifier", commands.magnifier);
  const play = menuItem("Play", "cine", commands.cine);
  const slower = menuItem("Slower", "cineSlower", () => commands.changeCineRate(-1));
  const faster = menuItem("Faster", "cineFaster", () => commands.changeCineRate(1));
  const invert = menuItem("Invert", "invert", commands.invert);
  const overlays = menuItem("Drawings of the image", "overlays", commands.toggleOverlays);
  const snap = menuItem("Snap to edges", "snap", commands.toggleSnapping);
  const menu = createMenu(
    "View",
    "Size, turning, magnifier, cine and snapping",
    () => screen.focus(),
    menuSection("Everything", menuItem("Reset: as on opening", "reset", commands.reset)),
    menuSection(
      "Size",
      menuItem("Fit", "fit", commands.fit),
      menuItem("1:1 pixels", "actualSize", commands.actualSize),
      lens,
    ),
    menuSection(
      "Turning",
      menuItem("Flip left and right", "flipHorizontally", commands.flipHorizontally),
      menuItem("Flip top and bottom", "flipVertically", commands.flipVertically),
      menuItem("Turn a quarter", "turn", commands.turn),
      invert,
    ),
    menuSection("Overlay", overlays),
    menuSection("Cine", play, slower, faster),
    menuSection("Drawing", snap),
  );

  function draw() {
    const { viewport } = screen.active;
    invert.setAttribute("aria-pressed", String(viewport.grey.isInverted));
    overlays.setAttribute("aria-pressed", String(overlayPlanes.areShown));
    overlays.disabled = !overlayPlanes.isThere;
    lens.setAttribute("aria-pressed", String(magnifier.factor > 0));
    lens.firstElementChild?.replaceChildren(
      magnifier.factor ? `Magnifier ${magnifier.factor} ×` : "Magnifier",
    );
    snap.setAttribute("aria-pressed", String(marks.snapsToEdges));
    play.setAttribute("aria-pressed", String(cine.isPlaying));
    const rate = `${Math.round(cine.rate)} images/s`;
    play.firstElementChild?.replaceChildren(cine.isPlaying ? `Stop (${rate})` : `Play (${rate})`);
    for (const item of [play, slower, faster]) item.disabled = !cine.canPlay;
  }
  for (const { changed } of [screen, marks, magnifier, cine, overlayPlanes]) changed.listen(draw);
  screen.viewChanged.listen(draw);
  draw();
  return menu;
}
