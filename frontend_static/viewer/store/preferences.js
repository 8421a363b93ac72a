/** What the reader has set for themselves. It is kept by the server as one document; the newest wins. */

import { Signal } from "./signal.js";

/** @typedef {{keys?: Record<string, string>, tour_seen?: boolean, snaps_to_edges?: boolean}} PreferencesDocument */

export class Preferences {
  /** They could not be kept; why is of no use to the reader. @type {Signal<void>} */
  failed = new Signal();
  #save;
  #document;
  #isSaving = false;
  #isDirty = false;

  /**
   * @param {PreferencesDocument} document
   * @param {(document: PreferencesDocument) => Promise<unknown>} save
   */
  constructor(document, save) {
    this.#document = document;
    this.#save = save;
  }

  get keys() {
    return this.#document.keys ?? {};
  }

  get isTourSeen() {
    return this.#document.tour_seen ?? false;
  }

  get snapsToEdges() {
    return this.#document.snaps_to_edges ?? false;
  }

  /** @param {PreferencesDocument} parts */
  async set(parts) {
    this.#document = { ...this.#document, ...parts };
    this.#isDirty = true;
    if (this.#isSaving) return;
    this.#isSaving = true;
    while (this.#isDirty) {
      this.#isDirty = false;
      try {
        await this.#save(this.#document);
      } catch {
        this.failed.emit();
      }
    }
    this.#isSaving = false;
  }
}
