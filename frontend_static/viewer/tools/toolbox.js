/** The tools on offer for this read, and the one in hand. */

import { Signal } from "../store/signal.js";
import { BrushSettings } from "./brush_settings.js";
import { TOOLS } from "./registry.js";

/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./registry.js').ToolEntry} ToolEntry */
/** @typedef {import('../store/read_store.js').ReadStore} ReadStore */

export class Toolbox {
  /** Another tool is in hand. @type {Signal<void>} */
  changed = new Signal();
  /** Those whose shape some label may be drawn in, and those that draw nothing. @type {ToolEntry[]} */
  entries;
  brush = new BrushSettings();
  #store;
  /** @type {Map<string, Tool>} */
  #tools;
  #current;

  /**
   * @param {ReadStore} store
   * @param {(id: string) => void} onDrawn
   */
  constructor(store, onDrawn) {
    const shapes = new Set(store.drawingLabels.flatMap((label) => label.shapes));
    this.#store = store;
    this.entries = TOOLS.filter(({ shape }) => !shape || shapes.has(shape));
    this.#tools = new Map(this.entries.map(({ name, create }) => [name, create({ onDrawn, brush: this.brush })]));
    this.#current = (store.isReadOnly ? undefined : this.#allowed(store.currentLabel))?.name ?? "select";
    store.changed.listen(() => this.#followLabel());
  }

  /** @returns {Tool} */
  get current() {
    return this.get(this.#current);
  }

  /** The tool in hand makes marks. */
  get isDrawing() {
    return Boolean(this.entries.find(({ name }) => name === this.#current)?.shape);
  }

  /**
   * @param {string} name
   * @returns {Tool}
   */
  get(name) {
    const tool = this.#tools.get(name);
    if (!tool) throw new Error(`there is no tool ${name}`);
    return tool;
  }

  /** @param {string} name  of a tool on offer; another one is ignored */
  choose(name) {
    const entry = this.entries.find((each) => each.name === name);
    if (!entry || name === this.#current) return;
    this.#take(entry);
    this.#followTool(entry);
  }

  /** @param {ToolEntry} entry */
  #take({ name }) {
    this.current.cancel?.();
    this.#current = name;
    this.changed.emit();
  }

  /**
   * The first tool that a label may be drawn with.
   * @param {string | null} label
   */
  #allowed(label) {
    const shapes = label === null ? [] : (this.#store.label(label)?.shapes ?? []);
    return this.entries.find(({ shape }) => shapes.includes(shape));
  }

  /** A label that is not drawn with the tool in hand brings one that it is drawn with. */
  #followLabel() {
    const { currentLabel } = this.#store;
    const shape = this.entries.find(({ name }) => name === this.#current)?.shape;
    const isAllowed = !shape || !currentLabel || this.#store.label(currentLabel)?.shapes.includes(shape);
    const entry = isAllowed ? undefined : this.#allowed(currentLabel);
    if (entry) this.#take(entry);
  }

  /**
   * A tool that the label is not drawn with brings the first label that is.
   * @param {ToolEntry} entry
   */
  #followTool({ shape }) {
    const { currentLabel, drawingLabels } = this.#store;
    if (!shape || (currentLabel && this.#store.label(currentLabel)?.shapes.includes(shape))) return;
    const label = drawingLabels.find(({ shapes }) => shapes.includes(shape));
    if (label) this.#store.drawWith(label.key);
  }
}
