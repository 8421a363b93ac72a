/** Fetches the first frames of the next case into the browser's cache, once, when this case's frames are all there. */

/**
 * @param {import('../api.js').Api} api
 * @param {import('./frames.js').Frames} frames
 */
export function warmNextCase(api, frames) {
  /** @type {string[] | null} */
  let waiting = null;
  let isBusy = false;

  async function warm() {
    if (isBusy) return;
    isBusy = true;
    try {
      waiting ??= await api.upcoming();
      // The reader may have asked for something meanwhile: what they look at comes first.
      while (waiting.length && frames.isAtRest) await api.frame(/** @type {string} */ (waiting.shift()), false);
    } catch {
      // The next case then opens as any other does.
      waiting = [];
    }
    isBusy = false;
  }
  frames.rested.listen(warm);
}
