/**
 * What is on the screen: which frame, how it is placed and which window it has. `asked` is the frame the reader
 * wants, `shown` the one whose pixels are on the screen; marks, texts and drawing follow `shown` alone, so that
 * nothing can be marked under another frame's name.
 */

import { plainView } from "../geometry/transform.js";
import { viewingOrder } from "../image/frames.js";
import { colourTable } from "../image/lut.js";
import { previewMatrix } from "../image/preview.js";
import { Signal } from "../store/signal.js";
import { Grey } from "./grey.js";
import { hungHere } from "./hung.js";
import { Placement } from "./placement.js";

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('../types.js').Series} Series */
/** @typedef {import('../image/renderer.js').Renderer} Renderer */
/** @typedef {import('../image/windows.js').Choice} Choice */
/** @typedef {import('../image/frames.js').Frames} Frames */

// A frame that arrives within this time replaces the one before without a black flash between them.
const PATIENCE_MS = 150;
const PREVIEW = "Preview. The full picture is on its way.";

export class Viewport extends Placement {
  /** Something on the screen has changed. @type {Signal<void>} */
  changed = new Signal();
  /** The pane has another size. @type {Signal<void>} */
  resized = new Signal();
  /** What a hanging protocol put here. @type {import('./hung.js').Hung | null} */
  hung = null;
  /** How fast it plays, in words. */
  cineWords = "";
  /** @type {FrameRef | null} */
  shown = null;
  /** Why nothing is shown, in words. */
  problem = "";
  /** The words only say that the picture is on its way. */
  isLoading = false;
  /** The page came with a picture of what is asked for first, and it is still seen. */
  hasFirstLook = false;
  /** What is drawn until a film is there; nothing is `shown` then. @type {{ref: FrameRef, pixels: Pixels} | null} */
  #preview = null;
  /** -1: nothing is to be shown here. */
  seriesIndex = -1;
  frameIndex = 0;

  #canvas;
  #series;
  #frames;
  #renderer;
  #direction = 1;
  /** From stored values to grey levels, as the picture has it now. @type {Uint8Array | null} */
  table = null;
  #pendingPaint = 0;
  #isReleased = false;
  #hasShown = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #blanking;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Series[]} series
   * @param {Frames} frames
   * @param {Renderer} renderer
   */
  constructor(canvas, series, frames, renderer) {
    super();
    this.#canvas = canvas;
    this.#series = series;
    this.#frames = frames;
    this.#renderer = renderer;
    this.grey = new Grey();
    frames.arrived.listen((ref) => (ref === this.asked || this.#isOnTheWay(ref)) && this.#display(ref));
    frames.failed.listen(({ ref }) => ref === this.asked && this.#explainFailure(ref));
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  get series() {
    return this.#series[this.seriesIndex];
  }

  /** @returns {FrameRef | undefined} */
  get asked() {
    return this.series?.frames[this.frameIndex];
  }

  get rendererKind() {
    return this.#renderer.kind;
  }

  get instance() {
    return (this.shown ?? this.asked)?.instance;
  }

  get align() {
    return hungHere(this)?.align ?? "";
  }

  get title() {
    return hungHere(this)?.title ?? "";
  }

  get isEmpty() {
    return this.seriesIndex < 0;
  }

  /** A picture to look at is drawn, and nothing can be marked or measured on it. */
  get isPreview() {
    return this.#preview !== null || this.hasFirstLook;
  }

  get pixels() {
    return this.shown ? this.#frames.get(this.shown) : undefined;
  }

  // -- which frame ------------------------------------------------------------------------------------------------

  /**
   * @param {number} seriesIndex
   * @param {number} frameIndex
   */
  show(seriesIndex, frameIndex) {
    const series = this.#series[seriesIndex];
    if (!series) return;
    const index = Math.min(series.frames.length - 1, Math.max(0, frameIndex));
    if (seriesIndex === this.seriesIndex && index !== this.frameIndex) {
      this.#direction = index > this.frameIndex ? 1 : -1;
    }
    const from = seriesIndex === this.seriesIndex ? this.frameIndex : index;
    this.seriesIndex = seriesIndex;
    this.frameIndex = index;
    this.#request();
    if (from !== index) this.moved.emit({ kind: "scroll", from, to: index });
  }

  /**
   * Show nothing any more.
   * @param {string} words  in its place
   */
  clear(words) {
    this.seriesIndex = -1;
    this.#frames.want(this, []);
    this.explain(words);
  }

  /** @param {number} count */
  step(count) {
    this.show(this.seriesIndex, this.frameIndex + count);
  }

  /** @param {number} count */
  stepSeries(count) {
    const next = (this.series?.source ?? this.seriesIndex) + count;
    const series = this.#series[next];
    if (series && series.source === undefined) this.show(next, middleOf(series));
  }

  /**
   * Show the frame that a mark lies on.
   * @param {{sop_instance_uid: string, frame: number}} mark
   */
  showFrameOf({ sop_instance_uid: uid, frame }) {
    this.#series.forEach(({ frames }, index) => {
      const ref = frames.find((each) => each.frame === frame && each.instance.sop_instance_uid === uid);
      if (ref) this.show(index, ref.index);
    });
  }

  /** The pane is not on the screen any more. */
  release() {
    clearTimeout(this.#blanking);
    this.#frames.want(this, []);
    this.#isReleased = true;
  }

  /** The pane is on the screen again. */
  resume() {
    if (this.#isReleased) this.#request();
  }

  retry() {
    if (!this.asked) return;
    this.#frames.retry(this.asked);
    this.#request();
  }

  #request() {
    const ref = this.asked;
    if (!ref) return;
    clearTimeout(this.#blanking);
    this.#isReleased = false;
    const { near, later } = viewingOrder(
      this.#series.map(({ frames }) => frames),
      this.seriesIndex,
      this.frameIndex,
      this.#direction,
    );
    this.#frames.want(this, near, later);
    const largest = Math.max(ref.instance.rows, ref.instance.columns);
    if (ref.instance.not_displayable)
      this.explain(`This image cannot be shown: ${ref.instance.not_displayable}`);
    else if (largest > this.#renderer.maxSide)
      this.explain("This image is too large for this computer to show.");
    else if (this.#frames.get(ref)) this.#display(ref);
    else if (this.#frames.failure(ref)) this.#explainFailure(ref);
    else if (this.#preview?.ref !== ref) this.#await(ref);
  }

  /** @param {FrameRef} ref */
  #await(ref) {
    if (!this.shown) this.#sayLoading(ref);
    else this.#blanking = setTimeout(() => this.#sayLoading(ref), PATIENCE_MS);
    const isWanted = ref.instance.preview_url && this.grey.isAsOpened(this.series);
    if (isWanted && !this.hasFirstLook) this.#showPreview(ref);
  }

  /**
   * A cut that is nearer to what is asked than what is shown: thick slabs cannot be cut as fast as a wheel turns.
   * @param {FrameRef} ref
   */
  #isOnTheWay(ref) {
    const { shown, series, frameIndex } = this;
    if (!ref.reslice || !shown?.reslice || series?.frames[ref.index] !== ref) return false;
    return Math.abs(ref.index - frameIndex) < Math.abs(shown.index - frameIndex);
  }

  /** @param {FrameRef} ref */
  #display(ref) {
    const pixels = this.#frames.get(ref);
    if (!pixels) return;
    clearTimeout(this.#blanking);
    this.shown = ref;
    this.#preview = null;
    this.problem = "";
    this.isLoading = false;
    if (this.isFitted) this.refit();
    this.refresh();
  }

  /**
   * As the file wants it shown: a window that the reader has chosen comes with the film.
   * @param {FrameRef} ref
   */
  async #showPreview(ref) {
    const pixels = await this.#frames.preview(ref).catch(() => null);
    const isLate = ref !== this.asked || this.#frames.get(ref) || this.#frames.failure(ref);
    if (!pixels || isLate || this.#isReleased) return;
    this.explain(PREVIEW, true);
    this.#preview = { ref, pixels };
    this.#renderer.setPixels(pixels);
    if (this.isFitted) this.refit();
  }

  /** @param {FrameRef} ref */
  #sayLoading(ref) {
    this.explain(this.hasFirstLook ? PREVIEW : `Loading image ${ref.index + 1}…`, true);
  }

  /** @param {FrameRef} ref */
  #explainFailure(ref) {
    this.explain(`Image ${ref.index + 1} could not be loaded.`);
  }

  /**
   * Show words in the place of a picture.
   * @param {string} problem
   * @param {boolean} [isLoading]
   */
  explain(problem, isLoading = false) {
    clearTimeout(this.#blanking);
    this.shown = null;
    this.#preview = null;
    this.problem = problem;
    this.isLoading = isLoading;
    this.grey.forget();
    this.#renderer.setPixels(null);
    this.refresh();
  }

  get canRetry() {
    return Boolean(this.asked && this.#frames.failure(this.asked));
  }

  /** As it was on opening: fitted, upright, the file's own window. */
  reset() {
    if (this.isEmpty) return;
    this.view = plainView();
    this.chooseWindow(null);
    this.fit();
  }

  // -- how bright it is ---------------------------------------------------------------------------------------------

  toggleInversion() {
    this.grey.isInverted = !this.grey.isInverted;
    this.refresh();
    this.moved.emit({ kind: "invert" });
  }

  /** @param {Choice | null} choice  null: as on opening */
  chooseWindow(choice) {
    if (choice) this.grey.choose(this.series, choice);
    else this.grey.reset(this.series);
    this.refresh();
    this.moved.emit({ kind: "window", choice });
  }

  get voi() {
    return this.shown && this.pixels ? this.grey.voi(this.series, this.shown.instance, this.pixels) : null;
  }

  // -- painting -----------------------------------------------------------------------------------------------------

  resize() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (!width || !height) return;
    this.size = { width, height };
    this.resized.emit();
    const [columns, rows] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (this.#canvas.width !== columns || this.#canvas.height !== rows) {
      this.#canvas.width = columns;
      this.#canvas.height = rows;
      if (this.isFitted) this.refit();
      this.paint();
    }
  }

  /** Paint with the next picture of the screen. */
  refresh() {
    this.#pendingPaint ||= requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.#pendingPaint);
    this.#pendingPaint = 0;
    if (this.shown && this.pixels) {
      const { pixels, table } = this.grey.drawing(this.series, this.shown.instance, this.pixels);
      if (pixels) this.#renderer.setPixels(pixels);
      if (table) this.#renderer.setTable((this.table = table));
    }
    if (this.#preview) this.#renderer.setTable(colourTable(this.grey.isInverted));
    const matrix = this.#preview ? previewMatrix(this.matrix, this.image, this.#preview.pixels) : this.matrix;
    const [a, b, c, d, e, f] = matrix;
    const ratio = devicePixelRatio;
    this.#renderer.draw([a * ratio, b * ratio, c * ratio, d * ratio, e * ratio, f * ratio]);
    this.#markFirst();
    this.changed.emit();
  }

  /** For the benchmarks. */
  #markFirst() {
    if (this.shown && !this.#hasShown) performance.mark("overread:first-image");
    this.#hasShown ||= this.shown !== null;
  }
}

/** @param {Series} series */
export function middleOf({ frames }) {
  return Math.floor((frames.length - 1) / 2);
}
