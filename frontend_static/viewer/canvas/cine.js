/** Plays the frames of the active pane, and says how fast it really goes. No frame is left out. */

import { calmly, Signal } from "../store/signal.js";

/** @typedef {import('./screen.js').Screen} Screen */
/** @typedef {import('./viewport.js').Viewport} Viewport */

const RATE = 15;
export const RATES = [2, 5, 10, 15, 20, 25, 30, 50, 60];
// The real rate is that of the last frames within this time.
const MEASURED_MS = 2000;

export class Cine {
  /** @type {Signal<void>} */
  changed = new Signal();
  /** Frames a second, chosen by the reader; null: as the file says. @type {number | null} */
  #chosen = null;
  /** @type {Viewport | null} */
  #viewport = null;
  #screen;
  #due = 0;
  /** When the last frames were shown. @type {number[]} */
  #times = [];
  #sayRate = calmly(() => {
    if (this.#viewport && this.realRate)
      this.#viewport.cineWords = `Cine ${this.realRate.toFixed(1)} of ${this.rate.toFixed(1)} images/s`;
    this.changed.emit();
  }, 500);

  /** @param {Screen} screen */
  constructor(screen) {
    this.#screen = screen;
    screen.changed.listen(() => this.#viewport !== screen.active.viewport && this.stop());
    document.addEventListener("visibilitychange", () => document.hidden && this.stop());
  }

  get isPlaying() {
    return this.#viewport !== null;
  }

  get canPlay() {
    return (this.#screen.active.viewport.series?.frames.length ?? 0) > 1;
  }

  /** Frames a second that are wanted. */
  get rate() {
    const time = this.#screen.active.viewport.asked?.instance.display.frame_time_ms;
    return this.#chosen ?? (time ? Math.min(60, Math.max(1, 1000 / time)) : RATE);
  }

  /** Frames a second that are shown; 0 before it can be said. */
  get realRate() {
    const { length } = this.#times;
    return length > 1 ? ((length - 1) * 1000) / (this.#times[length - 1] - this.#times[0]) : 0;
  }

  /** @param {number} rate */
  setRate(rate) {
    this.#chosen = rate;
    this.#times = [];
    this.changed.emit();
  }

  /** @param {number} steps  1: the next faster rate, -1: the next slower one */
  changeRate(steps) {
    const faster = RATES.filter((each) => each > this.rate + 0.01);
    const slower = RATES.filter((each) => each < this.rate - 0.01);
    this.setRate((steps > 0 ? faster[0] : slower[slower.length - 1]) ?? this.rate);
  }

  toggle() {
    if (this.isPlaying) this.stop();
    else if (this.canPlay) this.#play();
  }

  stop() {
    if (!this.#viewport) return;
    this.#viewport.cineWords = "";
    this.#viewport.refresh();
    this.#viewport = null;
    this.#times = [];
    this.changed.emit();
  }

  #play() {
    this.#viewport = this.#screen.active.viewport;
    this.#due = performance.now();
    requestAnimationFrame((now) => this.#tick(now));
    this.changed.emit();
  }

  /** @param {number} now */
  #tick(now) {
    const viewport = this.#viewport;
    if (!viewport) return;
    const step = 1000 / this.rate;
    // A frame that is still on its way is waited for; one that fails ends it.
    if (!viewport.shown && !viewport.isLoading) return this.stop();
    if (now >= this.#due - 2 && viewport.shown === viewport.asked) {
      this.#due = Math.max(this.#due + step, now);
      this.#times = [...this.#times.filter((time) => time > now - MEASURED_MS), now];
      const { frameIndex, series } = viewport;
      viewport.show(viewport.seriesIndex, (frameIndex + 1) % series.frames.length);
      this.#sayRate();
    }
    requestAnimationFrame((next) => this.#tick(next));
  }
}
