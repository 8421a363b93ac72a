/** The marks of the slices, seen in the planes that cut them. They are changed on their own slices only. */

import { crossSection } from "../geometry/cross_section.js";
import { boundsOf, encloses } from "../geometry/points.js";
import { shapeNames, shapeOf } from "../geometry/shapes.js";
import { transformPoint } from "../geometry/transform.js";
import { frameKey } from "../store/read_data.js";
import { Signal } from "../store/signal.js";
import { svgElement } from "../element.js";
import { placeCaptions } from "./captions.js";

/** @typedef {import('../types.js').Mark} Mark */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('./pane.js').Pane} Pane */
/** @typedef {import('./mpr.js').Mpr} Mpr */
/** @typedef {{ids: string[], label: string, lines: Point[][]}} Section  of one lesion, CSS pixels */

const REACH = 6;
const SLACK = 4;

export class MprMarks {
  /** Why nothing was drawn, in words. @type {Signal<string>} */
  declined = new Signal();
  #work;
  #mpr;
  #isDrawing;
  /** @type {Map<Pane, SVGElement>} */
  #layers = new Map();

  /**
   * @param {Pick<import('../tools/pointer.js').Workplace, "store" | "marks" | "screen">} work
   * @param {Mpr} mpr
   * @param {() => boolean} isDrawing  the tool in hand draws
   */
  constructor(work, mpr, isDrawing) {
    this.#work = work;
    this.#mpr = mpr;
    this.#isDrawing = isDrawing;
    work.screen.panes.forEach((pane) => this.#add(pane));
    work.screen.paneMade.listen((pane) => this.#add(pane));
    for (const signal of [work.store.changed, work.marks.changed])
      signal.listen(() => this.#layers.forEach((_, pane) => this.#draw(pane)));
  }

  /** @param {Pane} pane */
  #add(pane) {
    const layer = svgElement("svg", { class: "viewport__overlay", "aria-hidden": "true", "data-part": "sections" });
    pane.layers.guides.after(layer);
    this.#layers.set(pane, layer);
    pane.viewport.changed.listen(() => this.#draw(pane));
    this.#hearClicks(pane);
  }

  /** @param {Pane} pane */
  #draw(pane) {
    const layer = this.#layers.get(pane);
    const sections = this.sectionsIn(pane);
    if (!layer || (!sections.length && !layer.firstChild)) return;
    const told = sections.map(({ label, lines }) => ({
      words: this.#work.store.label(label)?.name ?? label,
      box: boundsOf(lines.flat()),
    }));
    const captions = placeCaptions(told, pane.viewport.size).map(({ x, y }, index) => {
      const text = svgElement("text", { class: "mark__label", x, y, fill: this.#colourOf(sections[index]) });
      text.textContent = told[index].words;
      return text;
    });
    layer.replaceChildren(...sections.map((section) => this.#group(section)), ...captions);
  }

  /** @param {Section} section */
  #colourOf({ label }) {
    return this.#work.store.label(label)?.colour ?? "#fff";
  }

  /** @param {Section} section */
  #group(section) {
    const isSelected = section.ids.includes(this.#work.store.selectedId ?? "");
    const name = ["mark", "is-section", isSelected && "is-selected"].filter(Boolean).join(" ");
    const group = svgElement("g", { class: name, "data-id": section.ids[0] });
    const d = section.lines.map(pathOf).join("");
    const line = svgElement("path", { class: "mark__line", d, stroke: this.#colourOf(section) });
    group.append(svgElement("path", { class: "mark__halo", d }), line);
    return group;
  }

  /**
   * What is cut of each lesion.
   * @param {Pane} pane
   * @returns {Section[]}
   */
  sectionsIn({ viewport }) {
    const { store, marks } = this.#work;
    const made = this.#mpr.reformattedIn(viewport);
    if (!made || !viewport.shown?.reslice) return [];
    /** @type {Map<string, [string, Mark][]>} */
    const lesions = new Map();
    for (const [id, mark] of store.liveMarks) {
      const isHere = made.sliceOf.has(keyOf(mark)) && shapeNames.includes(mark.shape) && marks.isVisible(id);
      const lesion = store.lesionOf(id);
      if (isHere) lesions.set(lesion, [...(lesions.get(lesion) ?? []), [id, mark]]);
    }
    return [...lesions.values()].flatMap((all) => {
      const lines = this.#cut(viewport, all);
      return lines.length ? [{ ids: all.map(([id]) => id), label: all[0][1].label, lines }] : [];
    });
  }

  /**
   * @param {import('./viewport.js').Viewport} viewport
   * @param {[string, Mark][]} all
   * @returns {Point[][]}  CSS pixels
   */
  #cut(viewport, all) {
    const made = this.#mpr.reformattedIn(viewport);
    if (!made || !viewport.shown) return [];
    const cut = all.map(([, mark]) => {
      const shape = shapeOf(mark.shape);
      const slice = made.sliceOf.get(keyOf(mark)) ?? 0;
      return { slice, outlines: shape.outlines(mark.geometry), isClosed: shape.isClosed };
    });
    const lines = crossSection(made.grid, made.reformat, viewport.shown.index, made.layers, cut);
    return lines.map((line) => line.map((point) => transformPoint(viewport.matrix, point)));
  }

  /** @param {Pane} pane */
  #hearClicks(pane) {
    const { host, viewport } = pane;
    /** @type {Point | null} */
    let start = null;
    const pointOf = (/** @type {PointerEvent} */ { clientX, clientY }) => {
      const { left, top } = host.getBoundingClientRect();
      return { x: clientX - left, y: clientY - top };
    };
    host.addEventListener("pointerdown", (event) => {
      const isControl = event.target instanceof Element && event.target.closest("button, .popup");
      start = event.button === 0 && !isControl && viewport.shown?.reslice ? pointOf(event) : null;
    });
    host.addEventListener("pointerup", (event) => {
      if (!start || event.button !== 0) return;
      const end = pointOf(event);
      const isClick = Math.hypot(end.x - start.x, end.y - start.y) < SLACK;
      start = null;
      if (isClick && this.#openAt(pane, end)) return;
      if (this.#isDrawing())
        this.declined.emit("Nothing can be drawn on a resampled picture. Draw on the original slices.");
    });
  }

  /**
   * Go to the slice of the mark that was clicked, in the pane that shows the slices or else here.
   * @param {Pane} pane
   * @param {Point} at
   */
  #openAt(pane, at) {
    const { store, screen } = this.#work;
    const { viewport } = pane;
    const hit = this.sectionsIn(pane).find(({ lines }) => lines.some((line) => isNear(line, at)));
    if (!hit) return false;
    const marks = hit.ids.flatMap((id) => {
      const mark = store.marks.get(id);
      const own = mark ? this.#cut(viewport, [[id, mark]]) : [];
      return mark && own.length ? [{ id, mark, distance: distanceTo(own.flat(), at) }] : [];
    });
    const [nearest] = marks.sort((one, other) => one.distance - other.distance);
    const source = viewport.series.source;
    const other = screen.panes.find((each) => each.viewport.seriesIndex === source) ?? pane;
    other.viewport.showFrameOf(nearest.mark);
    store.select(nearest.id);
    return true;
  }
}

/** @param {Mark} mark */
const keyOf = ({ sop_instance_uid: uid, frame }) => frameKey(uid, frame);

/** @param {Point[]} line */
const pathOf = (line) => `M${line.map(({ x, y }) => `${x} ${y}`).join("L")}`;

/**
 * @param {Point[]} line
 * @param {Point} at
 */
function isNear(line, at) {
  const { x, y, width, height } = boundsOf(line);
  const isBeside = at.x > x - REACH && at.y > y - REACH && at.x < x + width + REACH && at.y < y + height + REACH;
  return isBeside && (encloses(line, at) || Math.min(width, height) < 4 * REACH);
}

/**
 * @param {Point[]} points
 * @param {Point} at
 */
function distanceTo(points, at) {
  const { x, y, width, height } = boundsOf(points);
  return Math.hypot(at.x - x - width / 2, at.y - y - height / 2);
}
