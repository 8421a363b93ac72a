/** Axial, coronal and sagittal planes through the series on the screen, and how thick they are. */

import { PLANES } from "../geometry/reformat.js";
import { nearestFrame, planeOf, toPatient } from "../geometry/space.js";
import { reasonAgainstReformat, stackOf } from "../geometry/stack.js";
import { plainView } from "../geometry/transform.js";
import { reasonAgainstSize, Volumes } from "../image/volume.js";
import { calmly, Signal } from "../store/signal.js";
import { Reformatted } from "./reformatted.js";
import { middleOf } from "./viewport.js";

/** @typedef {import('../types.js').Series} Series */
/** @typedef {import('../geometry/reformat.js').PlaneName} PlaneName */
/** @typedef {import('../geometry/stack.js').Stack} Stack */
/** @typedef {import('./reformatted.js').Slab} Slab */
/** @typedef {import('./screen.js').Screen} Screen */
/** @typedef {import('./viewport.js').Viewport} Viewport */

/** @type {import('../geometry/reformat.js').SlabMode[]} */
export const SLAB_MODES = ["mean", "max", "min"];
export const THICKEST_MM = 60;

export class Mpr {
  /** Another slab, or other planes. @type {Signal<void>} */
  changed = new Signal();
  /** Why planes cannot be shown, in words. @type {Signal<string>} */
  declined = new Signal();
  /** @type {Slab} */
  slab = { thickness_mm: 0, mode: "mean" };
  #screen;
  #series;
  #volumes;
  /** By their place among the series. @type {Map<number, Reformatted>} */
  #made = new Map();
  /** @type {Map<number, {stack: Stack, reason: string}>} */
  #known = new Map();

  /**
   * @param {Screen} screen
   * @param {Series[]} series  those cut from others are added to it
   * @param {import('../image/frames.js').Frames} frames
   * @param {string} workerUrl
   */
  constructor(screen, series, frames, workerUrl) {
    this.#screen = screen;
    this.#series = series;
    this.#volumes = new Volumes(frames, workerUrl);
  }

  /** @param {Viewport} viewport */
  reformattedIn({ seriesIndex }) {
    return this.#made.get(seriesIndex) ?? null;
  }

  /** What the active pane shows. @returns {PlaneName | "original"} */
  get plane() {
    return this.reformattedIn(this.#screen.active.viewport)?.name ?? "original";
  }

  /** Why the active pane's series cannot be shown in other planes, in words; "" where it can. */
  get reason() {
    const source = this.#sourceIn(this.#screen.active.viewport);
    return source < 0 ? "there is no picture" : this.#about(source).reason;
  }

  /**
   * In the active pane.
   * @param {PlaneName | "original"} name
   */
  show(name) {
    const { viewport } = this.#screen.active;
    const source = this.#sourceIn(viewport);
    if (name === "original" ? source < 0 : this.#isRefused()) return;
    this.#put(viewport, name === "original" ? source : this.#seriesFor(source, name), viewport);
    this.changed.emit();
  }

  /** The slices as they are, and the two planes across them, side by side, or one above the other on a tall screen. */
  showThree() {
    if (this.#isRefused()) return;
    const leader = this.#screen.active.viewport;
    const source = this.#sourceIn(leader);
    const across = PLANES.map((name) => this.#seriesFor(source, name)).filter(
      (index) => this.#made.get(index)?.reformat.through.axis !== 2,
    );
    const isTall = this.#screen.active.host.parentElement
      ? this.#screen.active.host.parentElement.clientHeight >
        this.#screen.active.host.parentElement.clientWidth
      : false;
    this.#screen.setLayout(isTall ? { rows: 3, columns: 1 } : { rows: 1, columns: 3 });
    const places = [source, ...across].map((index) => ({ index, frame: this.#frameFor(index, leader) }));
    this.#screen.panes.forEach(({ viewport }, pane) => {
      const { index, frame } = places[pane];
      this.#put(viewport, index, leader, frame);
    });
    this.#screen.activate(this.#screen.panes[0]);
    this.changed.emit();
  }

  /** @param {Partial<Slab>} parts */
  setSlab(parts) {
    this.slab = { ...this.slab, ...parts };
    for (const made of this.#made.values()) made.setSlab(this.slab);
    for (const { viewport } of this.#screen.panes)
      if (this.reformattedIn(viewport)) viewport.show(viewport.seriesIndex, viewport.frameIndex);
    this.changed.emit();
  }

  #isRefused() {
    const { reason } = this;
    if (reason) this.declined.emit(`Other planes cannot be shown: ${reason}.`);
    return reason !== "";
  }

  /** @param {Viewport} viewport */
  #sourceIn({ series, seriesIndex }) {
    return series?.source ?? seriesIndex;
  }

  /** @param {number} source */
  #about(source) {
    const known = this.#known.get(source);
    if (known) return known;
    const { frames, modality } = this.#series[source];
    const stack = stackOf(frames);
    const reason = reasonAgainstReformat(modality, stack) || reasonAgainstSize(stack.refs);
    const about = { stack, reason };
    this.#known.set(source, about);
    return about;
  }

  /**
   * @param {number} source
   * @param {PlaneName} name
   */
  #seriesFor(source, name) {
    for (const [index, made] of this.#made)
      if (made.series.source === source && made.name === name) return index;
    const original = this.#series[source];
    const { stack } = this.#about(source);
    const volume = this.#volumes.open(original.series_instance_uid, stack.refs);
    const made = new Reformatted(original, source, stack, volume, name);
    made.setSlab(this.slab);
    volume.progress.listen(calmly(() => this.#tellProgress(made)));
    const index = this.#series.push(made.series) - 1;
    this.#made.set(index, made);
    return index;
  }

  /** @param {Reformatted} made */
  #tellProgress({ series, volume }) {
    for (const { viewport } of this.#screen.panes) {
      if (viewport.series !== series || !viewport.isLoading || volume.isReady) continue;
      viewport.explain(`Loading the volume: ${volume.loadedCount} of ${volume.refs.length} images…`, true);
    }
  }

  /**
   * At the place that another pane shows, fitted, upright, and as bright as there.
   * @param {Viewport} viewport
   * @param {number} index  of the series
   * @param {Viewport} leader
   * @param {number} [frame]
   */
  #put(viewport, index, leader, frame = this.#frameFor(index, leader)) {
    const series = this.#series[index];
    if (series.source !== undefined && leader.series) takeWindow(viewport, series, leader);
    if (viewport.seriesIndex !== index) {
      viewport.view = plainView();
      viewport.isFitted = true;
    }
    viewport.show(index, frame);
  }

  /**
   * @param {number} index  of the series
   * @param {Viewport} leader
   */
  #frameFor(index, leader) {
    const series = this.#series[index];
    if (leader.series === series) return leader.frameIndex;
    const plane = leader.asked ? planeOf(leader.asked) : null;
    const located = this.#screen.guides?.located;
    const centre = plane && toPatient(plane, { x: plane.columns / 2, y: plane.rows / 2 });
    const place = located && located.space === plane?.space ? located.place : centre;
    const found = plane && place && nearestFrame(series.frames, place, plane.space);
    return found?.ref.index ?? middleOf(series);
  }
}

/**
 * A window that is worked out from each picture would flicker from cut to cut: what it is now stays.
 * @param {Viewport} viewport
 * @param {Series} series
 * @param {Viewport} leader
 */
function takeWindow({ grey }, series, leader) {
  const { voi, instance } = leader;
  if (!instance || !leader.series) return;
  const choice = leader.grey.choice(leader.series, instance);
  const isOfValues = choice.kind === "auto" || choice.kind === "range";
  grey.isInverted = leader.grey.isInverted;
  if (!isOfValues) grey.choose(series, choice);
  else if (voi?.kind === "window")
    grey.choose(series, { kind: "manual", center: voi.center, width: voi.width });
}
