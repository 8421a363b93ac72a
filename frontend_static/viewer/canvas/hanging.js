/** Hangs the pictures as a hanging protocol says: which in which pane, at which edge, in one size. */

import { mmPerPixel } from "../geometry/scale.js";
import { Signal } from "../store/signal.js";

/** @typedef {import('./screen.js').Screen} Screen */
/** @typedef {import('./pane.js').Pane} Pane */
/** @typedef {import('../types.js').HungPane} HungPane */
/** @typedef {import('../types.js').HangingProtocol} HangingProtocol */
/** @typedef {import('../types.js').Series} Series */

export class Hanging {
  /** Another protocol was chosen. @type {Signal<HangingProtocol>} */
  changed = new Signal();
  /** Best first. @type {HangingProtocol[]} */
  protocols;
  /** @type {HangingProtocol | null} */
  current = null;
  #screen;
  #series;
  /** Panes whose pictures have one size in mm. @type {Pane[]} */
  #sameSize = [];

  /**
   * @param {Screen} screen
   * @param {import('../types.js').Read} read
   */
  constructor(screen, read) {
    this.#screen = screen;
    this.#series = read.series;
    this.protocols = read.hanging?.protocols ?? [];
    const wire = (/** @type {Pane} */ pane) => pane.viewport.resized.listen(() => this.#refit(pane));
    screen.panes.forEach(wire);
    screen.paneMade.listen(wire);
    screen.changed.listen(() => screen.maximised === null && this.#refit(this.#sameSize[0]));
  }

  /** @param {number} index  of a protocol */
  choose(index) {
    const protocol = this.protocols[index];
    if (!protocol) return;
    this.current = protocol;
    this.#sameSize = [];
    this.#screen.setLayout(protocol);
    this.#screen.panes.forEach((pane, place) => this.#hang(pane, protocol.panes[place]));
    this.#sameSize = this.#screen.panes.filter((_, place) => protocol.panes[place]?.is_same_size);
    this.#refit(this.#sameSize[0]);
    this.#screen.activate(this.#screen.panes.find(({ viewport }) => !viewport.isEmpty) ?? this.#screen.panes[0]);
    this.changed.emit(protocol);
  }

  /** The reader arranges the pictures otherwise. */
  leave() {
    this.current = null;
    this.#sameSize = [];
    for (const { viewport } of this.#screen.panes) {
      viewport.hung = null;
      viewport.sharedScale = () => null;
      if (viewport.isFitted) viewport.refit();
    }
  }

  /**
   * @param {Pane} pane
   * @param {HungPane | undefined} hung
   */
  #hang({ viewport }, hung) {
    const seriesIndex = this.#series.findIndex((each) => each.series_instance_uid === hung?.series_instance_uid);
    const series = this.#series[seriesIndex];
    const frameIndex = series ? frameIndexOf(series, hung) : 0;
    const { title = "", align = "" } = hung ?? {};
    viewport.hung = { ref: series?.frames[frameIndex] ?? null, title, align };
    viewport.sharedScale = () => (hung?.is_same_size ? this.#scale() : null);
    viewport.isFitted = true;
    if (series) viewport.show(seriesIndex, frameIndex);
    else viewport.clear(title ? `No image for: ${title}` : "No image for this place.");
    viewport.refit();
  }

  /** The mm on a CSS pixel at which each picture of the group fits into its pane. */
  #scale() {
    if (this.#screen.maximised) return null;
    const scales = this.#sameSize.flatMap(({ viewport }) =>
      viewport.spacing ? [mmPerPixel(viewport.spacing, viewport.fittingZoom)] : [],
    );
    return scales.length > 1 ? Math.max(...scales) : null;
  }

  /** @param {Pane | undefined} pane  one that has changed */
  #refit(pane) {
    if (!pane || !this.#sameSize.includes(pane)) return;
    for (const { viewport } of this.#sameSize) if (viewport.isFitted) viewport.refit();
  }
}

/**
 * @param {Series} series
 * @param {HungPane | undefined} hung
 */
function frameIndexOf({ frames }, hung) {
  const found = frames.findIndex(
    ({ instance, frame }) => instance.sop_instance_uid === hung?.sop_instance_uid && frame === (hung.frame || 1),
  );
  return found < 0 ? Math.floor((frames.length - 1) / 2) : found;
}
