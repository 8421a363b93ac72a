/** Thin lines over the pictures: where the active pane's slice cuts the others, and one place shown in all of them. */

import { nearestFrame, planeOf, referenceLine, toPatient } from "../geometry/space.js";
import { transformPoint } from "../geometry/transform.js";
import { calmly, Signal } from "../store/signal.js";
import { svgElement } from "../element.js";

/** @typedef {import('./screen.js').Screen} Screen */
/** @typedef {import('./pane.js').Pane} Pane */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../geometry/space.js').Vector} Vector */

// The cross stays open around the place, so that the place itself is seen.
const GAP = 6;
const ARM = 18;

export class Guides {
  /** @type {Signal<void>} */
  changed = new Signal();
  /** Why a place could not be shown elsewhere, in words. @type {Signal<string>} */
  declined = new Signal();
  areLinesShown = true;
  /** The place that is shown in all panes. @type {{place: Vector, space: string} | null} */
  located = null;
  #screen;

  /** @param {Screen} screen */
  constructor(screen) {
    this.#screen = screen;
    const drawAll = calmly(() => this.draw());
    const wire = (/** @type {Pane} */ pane) =>
      pane.viewport.changed.listen(() => {
        this.#drawIn(pane);
        if (pane === screen.active) drawAll();
      });
    screen.panes.forEach(wire);
    screen.paneMade.listen(wire);
    screen.changed.listen(drawAll);
  }

  toggleLines() {
    this.areLinesShown = !this.areLinesShown;
    this.draw();
    this.changed.emit();
  }

  /**
   * Show a place of one pane in all others, and go to the slice that holds it.
   * @param {Pane} pane
   * @param {Point} at  CSS pixels
   */
  locate({ viewport }, at) {
    const plane = viewport.shown && planeOf(viewport.shown);
    if (!plane?.space) {
      this.declined.emit("This picture does not say where it lies in the patient.");
      return;
    }
    const place = toPatient(plane, viewport.toImage(at));
    this.located = { place, space: plane.space };
    let count = 0;
    for (const { viewport: other } of this.#screen.panes) {
      if (other === viewport || other.isEmpty) continue;
      const found = nearestFrame(other.series.frames, place, plane.space);
      if (!found?.isShown) continue;
      count += 1;
      other.show(other.seriesIndex, found.ref.index);
    }
    this.draw();
    if (count === 0) this.declined.emit("No other picture on the screen shows this place.");
  }

  /** Says whether a place was shown. */
  forget() {
    const wasShown = this.located !== null;
    this.located = null;
    if (wasShown) this.draw();
    return wasShown;
  }

  draw() {
    for (const pane of this.#screen.panes) this.#drawIn(pane);
  }

  /** @param {Pane} pane */
  #drawIn(pane) {
    const parts = [...this.#line(pane), ...this.#cross(pane)];
    if (parts.length || pane.layers.guides.firstChild) pane.layers.guides.replaceChildren(...parts);
  }

  /** @param {Pane} pane */
  #line(pane) {
    const { active } = this.#screen;
    const [shown, other] = [pane.viewport.shown, active.viewport.shown];
    if (!this.areLinesShown || pane === active || !shown || !other) return [];
    const [plane, cutting] = [planeOf(shown), planeOf(other)];
    const line = plane && cutting && referenceLine(plane, cutting);
    if (!line) return [];
    const [from, to] = line.map((point) => transformPoint(pane.viewport.matrix, point));
    return [lineElement("guide", from, to)];
  }

  /** @param {Pane} pane */
  #cross({ viewport }) {
    const plane = viewport.shown && planeOf(viewport.shown);
    if (!this.located || !viewport.shown || !plane || plane.space !== this.located.space) return [];
    const found = nearestFrame(viewport.series.frames, this.located.place, plane.space);
    if (!found?.isShown || found.ref !== viewport.shown) return [];
    const { x, y } = transformPoint(viewport.matrix, found.point);
    return [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ].map(([dx, dy]) =>
      lineElement(
        "guide is-cross",
        { x: x + dx * GAP, y: y + dy * GAP },
        { x: x + dx * ARM, y: y + dy * ARM },
      ),
    );
  }
}

/**
 * @param {string} name
 * @param {Point} from
 * @param {Point} to
 */
function lineElement(name, from, to) {
  return svgElement("line", { class: name, x1: from.x, y1: from.y, x2: to.x, y2: to.y });
}
