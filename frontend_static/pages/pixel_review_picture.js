// The picture of a held image with its masks over it: one SVG in image pixels, zoomed by its view box.
import { HANDLES, area, handleAt, handlePoint, partAt } from "../viewer/geometry/box.js";
import { svgElement } from "../viewer/element.js";

/**
 * @typedef {import('../viewer/types.js').Box} Box
 * @typedef {import('../viewer/types.js').Point} Point
 * @typedef {import('./pixel_review_boxes.js').Boxes} Boxes
 * @typedef {{ move(at: Point): void, up(at: Point): void }} Drag
 */

const HANDLE = 9; // CSS pixels
const REACH = 7;
const LARGEST_SCALE = 32; // CSS pixels per image pixel
const PIXELATED_FROM = 3;
const MARGIN = 0.012; // of the image, so that a mask at its edge is seen whole

export class Picture {
  /** @type {Boxes | null} */
  #boxes = null;
  /** @type {Box | null} */
  #view = null; // null fits
  /** @type {{ place: number, box: Box } | null} */
  #preview = null;
  #isMasked = false;
  #image = svgElement("image", { class: "picture__image", preserveAspectRatio: "none", x: 0, y: 0 });
  #overlay = svgElement("g");

  /** @param {SVGSVGElement} svg */
  constructor(svg) {
    this.svg = svg;
    svg.append(this.#image, this.#overlay);
    svg.addEventListener("pointerdown", (event) => this.#press(event));
    svg.addEventListener("pointermove", (event) => this.#hover(event));
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("dblclick", () => this.fit());
    new ResizeObserver(() => this.draw()).observe(svg);
  }

  get isMasked() {
    return this.#isMasked;
  }

  /** Show another image, whole. @param {Boxes} boxes */
  open(boxes) {
    this.#boxes = boxes;
    this.#view = null;
    this.#image.setAttribute("width", String(boxes.bounds.columns));
    this.#image.setAttribute("height", String(boxes.bounds.rows));
    boxes.changed.listen(() => boxes === this.#boxes && this.draw());
    this.draw();
  }

  /** Show another picture of this image, in the same place. @param {string} url */
  show(url) {
    this.#image.setAttribute("href", url);
  }

  toggleMasked() {
    this.#isMasked = !this.#isMasked;
    this.draw();
  }

  fit() {
    this.#view = null;
    this.draw();
  }

  /** @param {number} factor @param {Point} [at]  of the image; else the selected mask, or the middle of what is seen */
  zoom(factor, at) {
    if (!this.#boxes) return;
    const seen = this.#seen();
    const point = at ?? centre(this.#boxes.masks[this.#boxes.selected]?.box ?? seen);
    const most = (this.#scale() * factor) / LARGEST_SCALE;
    const by = most > 1 ? factor / most : factor;
    const width = seen.width / by;
    const { columns, rows } = this.#boxes.bounds;
    if (by < 1 && width >= columns && seen.height / by >= rows) return this.fit();
    this.#view = {
      x: point.x - (point.x - seen.x) / by,
      y: point.y - (point.y - seen.y) / by,
      width,
      height: seen.height / by,
    };
    this.draw();
  }

  /** By parts of what is seen. @param {number} right @param {number} down */
  pan(right, down) {
    if (!this.#view) return;
    const { x, y, width, height } = this.#view;
    this.#view = { x: x + right * width, y: y + down * height, width, height };
    this.draw();
  }

  /** Bring the selected mask into sight. */
  reveal() {
    const box = this.#boxes?.masks[this.#boxes.selected]?.box;
    if (!box || !this.#view) return;
    const seen = this.#seen();
    const isSeen =
      box.x >= seen.x &&
      box.y >= seen.y &&
      box.x + box.width <= seen.x + seen.width &&
      box.y + box.height <= seen.y + seen.height;
    if (isSeen) return;
    const { width, height } = this.#view;
    const middle = centre(box);
    this.#view = { x: middle.x - width / 2, y: middle.y - height / 2, width, height };
    this.draw();
  }

  /** A new mask of a common size in the middle of what is seen, for who has no mouse. */
  addInTheMiddle() {
    const seen = this.#seen();
    const [x, y, w, h] = [
      seen.x + seen.width / 2,
      seen.y + seen.height / 2,
      seen.width / 10,
      seen.height / 30,
    ];
    this.#boxes?.add({ x: x - w, y: y - h }, { x: x + w, y: y + h });
  }

  draw() {
    const boxes = this.#boxes;
    if (!boxes) return;
    const { columns, rows } = boxes.bounds;
    const margin = Math.max(columns, rows) * MARGIN;
    const whole = { x: -margin, y: -margin, width: columns + 2 * margin, height: rows + 2 * margin };
    const view = this.#view ?? whole;
    this.svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    const scale = this.#scale();
    this.svg.classList.toggle("is-pixelated", scale > PIXELATED_FROM);
    this.svg.classList.toggle("is-masked", this.#isMasked);
    const shown = boxes.masks.map(({ box }, place) =>
      this.#preview?.place === place ? this.#preview.box : box,
    );
    const marks = shown.map((box, place) =>
      mark(
        box,
        place === boxes.selected ? "is-selected" : boxes.masks[place].isProposed ? "is-proposed" : "",
      ),
    );
    if (this.#preview?.place === -1) marks.push(mark(this.#preview.box, "is-selected"));
    if (shown[boxes.selected]) marks.push(...handles(shown[boxes.selected], HANDLE / scale));
    this.#overlay.replaceChildren(...marks);
  }

  /** CSS pixels per image pixel. */
  #scale() {
    return this.svg.getScreenCTM()?.a || 1;
  }

  /** What of the image's plane the element shows, its margins included. @returns {Box} */
  #seen() {
    const { left, top, right, bottom } = this.svg.getBoundingClientRect();
    const [first, last] = [this.toImage(left, top), this.toImage(right, bottom)];
    return { ...first, width: last.x - first.x, height: last.y - first.y };
  }

  /** @param {number} clientX @param {number} clientY @returns {Point} */
  toImage(clientX, clientY) {
    const matrix = this.svg.getScreenCTM();
    if (!matrix) return { x: 0, y: 0 };
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
    return { x, y };
  }

  /** @param {Point} at @returns {{ place: number, handle: number } | null} */
  #hit(at) {
    const boxes = this.#boxes;
    if (!boxes) return null;
    const reach = REACH / this.#scale();
    const selected = boxes.masks[boxes.selected]?.box;
    if (selected) {
      const places = HANDLES.map((_, index) => handlePoint(selected, index));
      const handle = handleAt(places, at, Math.min(reach, shortSide(selected) / 3)); // the rest moves it
      if (handle >= 0) return { place: boxes.selected, handle };
    }
    const near = boxes.masks
      .map(({ box }, place) => ({ box, place }))
      .filter(({ box }) => partAt(box, at, reach / 2) !== "outside")
      .sort((one, other) => area(one.box) - area(other.box));
    return near.length ? { place: near[0].place, handle: -1 } : null;
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    if (event.buttons) return;
    const hit = this.#hit(this.toImage(event.clientX, event.clientY));
    const cursors = ["nwse", "ns", "nesw", "ew", "nwse", "ns", "nesw", "ew"];
    this.svg.dataset.cursor = hit ? (hit.handle >= 0 ? cursors[hit.handle] : "move") : "draw";
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 400), this.toImage(event.clientX, event.clientY));
  }

  /** @param {PointerEvent} event */
  #press(event) {
    const boxes = this.#boxes;
    if (!boxes || event.button > 1) return;
    event.preventDefault();
    this.svg.focus();
    const start = this.toImage(event.clientX, event.clientY);
    const drag = event.button === 1 ? this.#panning(event) : this.#editing(boxes, start);
    const pointer = event.pointerId;
    this.svg.setPointerCapture(pointer);
    /** @param {PointerEvent} moved */
    const move = (moved) => drag.move(this.toImage(moved.clientX, moved.clientY));
    /** @param {PointerEvent} ended */
    const end = (ended) => {
      this.svg.removeEventListener("pointermove", move);
      this.svg.removeEventListener("pointerup", end);
      this.svg.removeEventListener("pointercancel", end);
      this.#preview = null;
      if (ended.type === "pointerup") drag.up(this.toImage(ended.clientX, ended.clientY));
      this.draw();
    };
    this.svg.addEventListener("pointermove", move);
    this.svg.addEventListener("pointerup", end);
    this.svg.addEventListener("pointercancel", end);
  }

  /** @param {PointerEvent} event @returns {Drag} */
  #panning(event) {
    const start = this.toImage(event.clientX, event.clientY);
    const move = (/** @type {Point} */ at) => {
      if (!this.#view) return;
      this.#view = { ...this.#view, x: this.#view.x + start.x - at.x, y: this.#view.y + start.y - at.y };
      this.draw();
    };
    return { move, up: () => undefined };
  }

  /** Change the mask under the pointer, or draw a new one. @param {Boxes} boxes @param {Point} start @returns {Drag} */
  #editing(boxes, start) {
    const hit = this.#hit(start);
    const box = hit && boxes.masks[hit.place].box;
    boxes.select(hit ? hit.place : -1);
    const result = (/** @type {Point} */ at) => {
      if (!hit || !box) return boxes.between(start, at);
      return hit.handle >= 0
        ? boxes.resized(box, hit.handle, at)
        : boxes.moved(box, at.x - start.x, at.y - start.y);
    };
    return {
      move: (at) => {
        this.#preview = { place: hit ? hit.place : -1, box: result(at) };
        this.draw();
      },
      up: (at) => {
        const isDrag = Math.hypot(at.x - start.x, at.y - start.y) * this.#scale() >= 3;
        if (!isDrag) return;
        if (!hit) boxes.add(start, at);
        else if (result(at).width && result(at).height) boxes.change(hit.place, result(at));
      },
    };
  }
}

/** A dark edge under a bright line, so that it is seen on white and on black. @param {Box} box @param {string} state */
function mark(box, state) {
  const group = svgElement("g", { class: `mask ${state}` });
  const place = { x: box.x, y: box.y, width: box.width, height: box.height };
  group.append(svgElement("rect", { class: "mask__fill", ...place }));
  group.append(
    svgElement("rect", { class: "mask__halo", ...place }),
    svgElement("rect", { class: "mask__line", ...place }),
  );
  return group;
}

/** @param {Box} box */
const centre = ({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });

/** @param {Box} box */
const shortSide = ({ width, height }) => Math.min(width, height);

/** Handles never hide what a small mask covers. @param {Box} box @param {number} largest  in image pixels */
function handles(box, largest) {
  const size = Math.min(largest, shortSide(box) / 3);
  return HANDLES.map((_, index) => {
    const { x, y } = handlePoint(box, index);
    return svgElement("rect", {
      class: "mask__handle",
      x: x - size / 2,
      y: y - size / 2,
      width: size,
      height: size,
    });
  });
}
