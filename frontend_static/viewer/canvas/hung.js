/** What a hanging protocol put into a pane, as long as it is still what is seen there. */

/** @typedef {import('../types.js').FrameRef} FrameRef */
/** @typedef {{ref: FrameRef | null, title: string, align: "" | "left" | "right"}} Hung */

/**
 * Another series or another view has no right to the title and the edge that were given to the first.
 * @param {import('./viewport.js').Viewport} viewport
 * @returns {Hung | null}
 */
export function hungHere({ hung, shown, asked, series }) {
  const ref = shown ?? asked;
  if (!hung || !ref || !hung.ref) return ref ? null : hung;
  const [one, other] = [ref.instance.display, hung.ref.instance.display];
  const isSameView = one.laterality === other.laterality && one.view_position === other.view_position;
  return series.frames.includes(hung.ref) && isSameView ? hung : null;
}
