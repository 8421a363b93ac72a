/** The menu of planes: axial, coronal, sagittal, all three at once, and how thick they are. */

import { SLAB_MODES, THICKEST_MM } from "../canvas/mpr.js";
import { MODE_WORDS } from "../canvas/reformatted.js";
import { PLANES } from "../geometry/reformat.js";
import { element } from "../element.js";
import { capFor } from "./key_caps.js";
import { createMenu, menuItem, menuSection } from "./menu.js";

/** @param {string} name */
const capitalised = (name) => name[0].toUpperCase() + name.slice(1);

/**
 * @param {import('../canvas/screen.js').Screen} screen
 * @param {import('../canvas/mpr.js').Mpr} mpr
 * @param {import('../layout_commands.js').LayoutCommands} commands
 */
export function createMprMenu(screen, mpr, commands) {
  const choose = (/** @type {() => void} */ action) => () => {
    action();
    menu.close();
    screen.focus();
  };
  const names = /** @type {const} */ (["original", ...PLANES]);
  const planes = names.map((name) => ({
    name,
    item: menuItem(
      capitalised(name),
      `plane${capitalised(name)}`,
      choose(() => commands.showPlane(name)),
    ),
  }));
  const three = menuItem("Three planes", "planesThree", choose(commands.threePlanes));
  const reason = element("p", { class: "menu__words mpr__reason", id: "mpr-reason" });
  const slab = createSlab(mpr);
  const menu = createMenu(
    "Planes",
    "Axial, coronal and sagittal planes",
    () => screen.focus(),
    menuSection("This picture", ...planes.map(({ item }) => item), reason),
    menuSection("Side by side", three),
    menuSection("Slab", slab.host),
  );

  function draw() {
    const { plane } = mpr;
    const against = mpr.reason;
    reason.textContent = against ? `Not possible: ${against}.` : "";
    reason.hidden = !against;
    for (const { name, item } of planes) {
      item.setAttribute("aria-pressed", String(name === plane));
      refuse(item, name !== "original" && against !== "");
    }
    refuse(three, against !== "");
    slab.draw(against !== "");
    menu.button.textContent = plane === "original" ? "Planes" : capitalised(plane);
  }
  for (const signal of [screen.viewChanged, screen.changed, mpr.changed]) signal.listen(draw);
  draw();
  return menu;
}

/**
 * @param {HTMLButtonElement} item
 * @param {boolean} isRefused
 */
function refuse(item, isRefused) {
  item.disabled = isRefused;
  if (isRefused) item.setAttribute("aria-describedby", "mpr-reason");
  else item.removeAttribute("aria-describedby");
}

/** @param {import('../canvas/mpr.js').Mpr} mpr */
function createSlab(mpr) {
  const words = element("output", { class: "mpr__thickness" });
  const slider = element("input", {
    type: "range",
    class: "mpr__slider",
    min: 0,
    max: THICKEST_MM,
    step: 1,
    value: 0,
    "aria-label": "Thickness of the slab, mm",
    oninput: () => mpr.setSlab({ thickness_mm: Number(slider.value) }),
  });
  const modes = SLAB_MODES.map((mode) => ({
    mode,
    item: menuItem(mode === "mean" ? "Mean" : MODE_WORDS[mode], "", () => mpr.setSlab({ mode })),
  }));
  const host = element("div", { class: "mpr" }, element("div", { class: "mpr__row" }, slider, words));
  const hint = (/** @type {string} */ action) => element("span", {}, capFor(action));
  const keys = ["slabThinner", "slabThicker", "slabMode"].map(hint);
  host.append(element("div", { class: "mpr__row is-keys" }, ...keys));
  host.append(...modes.map(({ item }) => item));
  return {
    host,
    /** @param {boolean} isRefused */
    draw(isRefused) {
      const { thickness_mm: thickness, mode: chosen } = mpr.slab;
      words.textContent = thickness ? `${thickness} mm` : "one layer";
      slider.value = String(thickness);
      slider.disabled = isRefused;
      for (const { mode, item } of modes) {
        item.setAttribute("aria-pressed", String(mode === chosen));
        refuse(item, isRefused);
      }
    },
  };
}
