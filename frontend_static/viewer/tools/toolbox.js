/** The tools on offer for this read, and the one in hand. */

import { Signal } from "../store/signal.js";
import { TOOLS } from "./registry.js";

/** @typedef {import('./pointer.js').Tool} Tool */
/** @typedef {import('./registry.js').ToolEntry} ToolEntry */

export class Toolbox {
  /** Another tool is in hand. @type {Signal<void>} */
  changed = new Signal();
  /** @type {ToolEntry[]} */
  entries;
  /** @type {Map<string, Tool>} */
  #tools;
  #current;

  /**
   * @param {import('../store/read_store.js').ReadStore} store
   * @param {(id: string) => void} onDrawn
   */
  constructor(store, onDrawn) {
    const shapes = new Set(store.drawingLabels.flatMap((label) => label.shapes));
    this.entries = TOOLS.filter(({ shape }) => !shape || shapes.has(shape));
    this.#tools = new Map(this.entries.map(({ name, create }) => [name, create({ onDrawn })]));
    const drawing = store.isReadOnly ? undefined : this.entries.find(({ shape }) => shape);
    this.#current = drawing?.name ?? "select";
  }

  /** @returns {Tool} */
  get current() {
    return this.get(this.#current);
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
    if (!this.#tools.has(name) || name === this.#current) return;
    this.current.cancel?.();
    this.#current = name;
    this.changed.emit();
  }
}
