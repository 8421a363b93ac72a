/** Drawings that came with the image, on a canvas right above it: they are looked at, never measured nor marked. */

import { element, partOf } from "../element.js";
import { frameBits, planesOn } from "../image/overlay_bits.js";
import { Signal } from "../store/signal.js";

/** @typedef {import('./pane.js').Pane} Pane */
/** @typedef {import('../types.js').OverlayPlane} OverlayPlane */
/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {(url: string, isUrgent: boolean) => Promise<ArrayBuffer>} Fetch */

/** Bytes of pictures of planes that are kept, so that going back and forth in a series loads none again. */
const BUDGET = 128 * 2 ** 20;
// A line of one pixel that is drawn smaller keeps its strength by being drawn so many times.
const MOST_COATS = 4;
const RETRY_AFTER_MS = 5000;

export class OverlayPlanes {
  /** @type {Signal<void>} */
  changed = new Signal();
  /** Why something is missing, in words. @type {Signal<string>} */
  declined = new Signal();
  areShown = true;
  #screen;
  #fetch;
  #budget;
  /** By plane and frame; null: could not be loaded. @type {Map<string, Promise<OffscreenCanvas | null>>} */
  #pictures = new Map();
  /** What has come of those. @type {WeakMap<Promise<OffscreenCanvas | null>, OffscreenCanvas | null>} */
  #come = new WeakMap();
  /** What each of those takes. @type {Map<string, number>} */
  #bytes = new Map();

  /**
   * @param {import('./screen.js').Screen} screen
   * @param {Fetch} fetch
   * @param {number} [budget]
   */
  constructor(screen, fetch, budget = BUDGET) {
    this.#screen = screen;
    this.#fetch = fetch;
    this.#budget = budget;
    screen.panes.forEach((pane) => this.#wire(pane));
    screen.paneMade.listen((pane) => this.#wire(pane));
  }

  /** The active picture has such drawings. */
  get isThere() {
    const { shown } = this.#screen.active.viewport;
    return shown !== null && planesOn(shown).length > 0;
  }

  toggle() {
    this.areShown = !this.areShown;
    for (const { viewport } of this.#screen.panes) viewport.refresh();
    this.changed.emit();
  }

  /** @param {Pane} pane */
  #wire(pane) {
    const canvas = element("canvas", {
      class: "viewport__planes",
      "data-part": "planes",
      "aria-hidden": "true",
    });
    canvas.hidden = true;
    partOf(pane.host, "canvas").after(canvas);
    pane.viewport.changed.listen(() => this.#draw(pane, canvas));
    this.#draw(pane, canvas);
  }

  /**
   * @param {Pane} pane
   * @param {HTMLCanvasElement} canvas
   */
  #draw({ viewport }, canvas) {
    const { shown, size, matrix, image } = viewport;
    const planes = shown && this.areShown ? planesOn(shown) : [];
    canvas.hidden = planes.length === 0;
    if (!shown || !planes.length) return;
    const ratio = devicePixelRatio;
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    const context = canvas.getContext("2d");
    if (!context) return;
    const [a, b, c, d, e, f] = matrix;
    context.setTransform(a * ratio, b * ratio, c * ratio, d * ratio, e * ratio, f * ratio);
    context.beginPath();
    context.rect(0, 0, image.columns, image.rows);
    context.clip();
    const scale = ratio * Math.min(Math.hypot(a, b), Math.hypot(c, d));
    context.imageSmoothingEnabled = scale < 1;
    context.imageSmoothingQuality = "high";
    for (const plane of planes) {
      const picture = this.#pictureOf(plane, shown);
      const coats = Math.min(MOST_COATS, Math.max(1, Math.ceil(1 / scale)));
      for (let coat = 0; picture && coat < coats; coat += 1)
        context.drawImage(picture, plane.column - 1, plane.row - 1);
    }
  }

  /**
   * @param {OverlayPlane} plane
   * @param {FrameRef} ref
   */
  #pictureOf(plane, ref) {
    const [key, index] = [keyOf(plane, ref), indexOf(plane, ref)];
    const known = this.#pictures.get(key);
    if (known) return this.#come.get(known) ?? null;
    const coming = this.#load(plane, index);
    this.#pictures.set(key, coming);
    this.#bytes.set(key, 4 * plane.rows * plane.columns);
    this.#evict();
    coming.then((picture) => {
      this.#come.set(coming, picture);
      if (picture) this.#redrawWith(plane);
      else {
        setTimeout(() => this.#forget(key), RETRY_AFTER_MS);
        this.declined.emit("A drawing that belongs on this image could not be loaded.");
      }
    });
    return null;
  }

  /** The oldest go first; what is on the screen stays, or it would be loaded again and again. */
  #evict() {
    const seen = new Set(
      this.#screen.panes.flatMap(({ viewport: { shown } }) =>
        shown ? planesOn(shown).map((plane) => keyOf(plane, shown)) : [],
      ),
    );
    let total = [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    for (const [key, bytes] of [...this.#bytes]) {
      if (total <= this.#budget) return;
      if (seen.has(key)) continue;
      total -= bytes;
      this.#forget(key);
    }
  }

  /** @param {string} key */
  #forget(key) {
    this.#pictures.delete(key);
    this.#bytes.delete(key);
  }

  /**
   * Each pane that has the plane on it, also those that did not ask for it first.
   * @param {OverlayPlane} plane
   */
  #redrawWith(plane) {
    for (const { viewport } of this.#screen.panes)
      if (viewport.shown && planesOn(viewport.shown).includes(plane)) viewport.refresh();
  }

  /**
   * @param {OverlayPlane} plane
   * @param {number} index
   */
  async #load(plane, index) {
    try {
      const bits = new Uint8Array(await this.#fetch(plane.url, false));
      return pictureOf(plane, frameBits(bits, plane, index));
    } catch {
      return null;
    }
  }
}

/**
 * Which frame of the plane belongs to the picture, from 0.
 * @param {OverlayPlane} plane
 * @param {FrameRef} ref
 */
const indexOf = ({ first_frame: first }, { frame }) => (first ? frame - first : 0);

/**
 * @param {OverlayPlane} plane
 * @param {FrameRef} ref
 */
const keyOf = (plane, ref) => `${plane.url}#${indexOf(plane, ref)}`;

/**
 * One calm colour where a bit is set, nothing elsewhere.
 * @param {OverlayPlane} plane
 * @param {Uint8Array} bits  a byte for each
 */
function pictureOf({ rows, columns }, bits) {
  const canvas = new OffscreenCanvas(columns, rows);
  const context = canvas.getContext("2d");
  if (!context) return null;
  const image = new ImageData(columns, rows);
  bits.forEach((bit, index) => (image.data[4 * index + 3] = bit ? 255 : 0));
  context.putImageData(image, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--overlay").trim();
  context.fillRect(0, 0, columns, rows);
  return canvas;
}
