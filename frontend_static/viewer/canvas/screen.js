/** The panes on the screen: how many, which one is worked in, which one fills it all. */

import { calmly, Signal } from "../store/signal.js";
import { part } from "../element.js";
import { Pane } from "./pane.js";
import { middleOf } from "./viewport.js";

/** @typedef {{rows: number, columns: number}} Layout */

const MOST = 4;

export class Screen {
  /** The layout or the active pane has changed. @type {Signal<void>} */
  changed = new Signal();
  /** The picture of a pane has changed: for panels, at most 30 times a second. @type {Signal<Pane>} */
  viewChanged = new Signal();
  /** A pane was made, for the first time. @type {Signal<Pane>} */
  paneMade = new Signal();
  /** Those of the layout, in reading order. @type {Pane[]} */
  panes = [];
  /** @type {Layout} */
  layout = { rows: 1, columns: 1 };
  /** @type {Pane | null} */
  maximised = null;
  /** @type {Pane} */
  active;

  /** Lines over the pictures; none before the rest of the page is there. @type {import('./guides.js').Guides | null} */
  guides = null;

  #host = part("screen");
  #parts;
  /** All panes ever made; those beyond the layout wait to be used again. @type {Pane[]} */
  #made = [];

  /** @param {import('./pane.js').PaneParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.active = this.#paneAt(0);
    this.#arrange();
  }

  /** @param {Layout} layout */
  setLayout({ rows, columns }) {
    const within = (/** @type {number} */ count) => Math.min(MOST, Math.max(1, Math.round(count)));
    this.layout = { rows: within(rows), columns: within(columns) };
    this.maximised = null;
    this.#arrange();
    for (const { viewport } of this.panes) viewport.resume();
  }

  /** Empty panes take the series that are not on the screen yet. */
  fill() {
    const all = this.#parts.read.series;
    const taken = new Set(this.panes.map(({ viewport }) => viewport.seriesIndex));
    const free = [...all.keys()].filter(
      (index) => !taken.has(index) && all[index].frames.length > 0 && all[index].source === undefined,
    );
    for (const { viewport } of this.panes) {
      if (!viewport.isEmpty) continue;
      const next = free.shift();
      if (next === undefined) viewport.clear("Choose a series for this place.");
      else viewport.show(next, middleOf(all[next]));
    }
  }

  /** @param {number} count  1: the next pane, -1: the one before */
  activateNext(count) {
    const { panes, maximised } = this;
    const next = panes[(panes.indexOf(this.active) + count + panes.length) % panes.length];
    if (maximised) this.maximise(next);
    else this.activate(next);
    this.focus();
  }

  /** @param {Pane} pane */
  activate(pane) {
    if (pane === this.active || !this.panes.includes(pane)) return;
    this.active = pane;
    this.#showActive();
    this.changed.emit();
  }

  /** @param {Pane | null} pane  null: all are seen again */
  maximise(pane) {
    this.maximised = this.panes.length > 1 ? pane : null;
    if (this.maximised) this.active = this.maximised;
    this.#arrange();
  }

  /**
   * @param {number} index
   * @returns {Pane | undefined}
   */
  paneAt(index) {
    return this.panes[index];
  }

  /** The keys belong to the picture again. */
  focus() {
    this.active.host.focus({ preventScroll: true });
  }

  #arrange() {
    const { rows, columns } = this.layout;
    const panes = Array.from({ length: rows * columns }, (_, index) => this.#paneAt(index));
    for (const pane of this.panes) if (!panes.includes(pane)) pane.viewport.release();
    this.panes = panes;
    if (!panes.includes(this.active)) this.active = panes[0];
    const shown = this.maximised ? [this.maximised] : panes;
    this.#host.style.gridTemplateColumns = `repeat(${this.maximised ? 1 : columns}, minmax(0, 1fr))`;
    this.#host.style.gridTemplateRows = `repeat(${this.maximised ? 1 : rows}, minmax(0, 1fr))`;
    this.#host.replaceChildren(...shown.map(({ host }) => host));
    this.#showActive();
    for (const { viewport } of shown) viewport.resize();
    this.changed.emit();
  }

  #showActive() {
    this.#parts.frames.prefer(this.active.viewport);
    for (const pane of this.panes) {
      pane.host.classList.toggle("is-active", pane === this.active && this.panes.length > 1);
    }
  }

  /** @param {number} index */
  #paneAt(index) {
    const made = this.#made[index];
    if (made) return made;
    const pane = new Pane(index, this.#parts);
    this.#made.push(pane);
    pane.viewport.changed.listen(calmly(() => this.viewChanged.emit(pane)));
    this.paneMade.emit(pane);
    return pane;
  }
}
