/** What keys and buttons ask of the layout: panes, links, lines, lens and cine. */

import { SLAB_MODES, THICKEST_MM } from "./canvas/mpr.js";

/** @typedef {import('./canvas/links.js').LinkKind} LinkKind */

const SLAB_STEP_MM = 5;

/**
 * @typedef {object} LayoutCommands
 * @property {(rows: number, columns: number) => void} setLayout
 * @property {() => void} maximise  the active pane, or give the others back
 * @property {() => void} nextPane
 * @property {() => void} previousPane
 * @property {(kind: LinkKind) => void} toggleLink
 * @property {() => void} toggleReferenceLines
 * @property {() => void} locate  the place under the pointer, in the other panes
 * @property {() => void} toggleOverlays  what came drawn over the images
 * @property {() => void} magnifier  off, 2, 3, 4 times
 * @property {() => void} cine  play or stop
 * @property {(steps: number) => void} changeCineRate
 * @property {(index: number) => void} chooseHanging
 * @property {() => void} nextHanging
 * @property {(name: "original" | import('./geometry/reformat.js').PlaneName) => void} showPlane
 * @property {() => void} threePlanes
 * @property {(steps: number) => void} changeSlab  thicker or thinner
 * @property {() => void} nextSlabMode
 */

/**
 * @typedef {object} LayoutParts
 * @property {import('./canvas/screen.js').Screen} screen
 * @property {import('./canvas/hanging.js').Hanging} hanging
 * @property {import('./canvas/links.js').Links} links
 * @property {import('./canvas/guides.js').Guides} guides
 * @property {import('./canvas/magnifier.js').Magnifier} magnifier
 * @property {import('./canvas/cine.js').Cine} cine
 * @property {import('./canvas/mpr.js').Mpr} mpr
 * @property {import('./canvas/overlay_planes.js').OverlayPlanes} overlayPlanes
 */

/**
 * @param {LayoutParts} parts
 * @returns {LayoutCommands}
 */
export function createLayoutCommands({ screen, hanging, links, guides, magnifier, cine, mpr, overlayPlanes }) {
  return {
    setLayout(rows, columns) {
      hanging.leave();
      screen.setLayout({ rows, columns });
      screen.fill();
    },
    maximise: () => screen.maximise(screen.maximised ? null : screen.active),
    nextPane: () => screen.activateNext(1),
    previousPane: () => screen.activateNext(-1),
    toggleLink: (kind) => links.toggle(kind),
    toggleReferenceLines: () => guides.toggleLines(),
    locate() {
      const { active } = screen;
      const { width, height } = active.viewport.size;
      guides.locate(active, active.pointer ?? { x: width / 2, y: height / 2 });
    },
    magnifier: () => magnifier.next(),
    toggleOverlays: () => overlayPlanes.toggle(),
    cine: () => cine.toggle(),
    changeCineRate: (steps) => cine.changeRate(steps),
    chooseHanging: (index) => hanging.choose(index),
    showPlane: (name) => mpr.show(name),
    threePlanes() {
      if (!mpr.reason) hanging.leave();
      mpr.showThree();
    },
    changeSlab(steps) {
      const thickness = mpr.slab.thickness_mm + steps * SLAB_STEP_MM;
      mpr.setSlab({ thickness_mm: Math.min(THICKEST_MM, Math.max(0, thickness)) });
    },
    nextSlabMode() {
      mpr.setSlab({ mode: SLAB_MODES[(SLAB_MODES.indexOf(mpr.slab.mode) + 1) % SLAB_MODES.length] });
    },
    nextHanging() {
      const { protocols, current } = hanging;
      if (protocols.length)
        hanging.choose((protocols.findIndex((each) => each === current) + 1) % protocols.length);
    },
  };
}
