/** Says in words, for screen readers, what the picture shows; and short messages for everybody, below the picture. */

import { voiInWords } from "../image/windows.js";
import { part } from "../element.js";

const SHOWN_MS = 8000;
// Scrolling through a stack must not read out every image on the way.
const QUIET_MS = 600;

/** @param {import('../canvas/screen.js').Screen} screen */
export function createAnnouncer(screen) {
  const live = part("live");
  const notice = part("notice");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let announcing;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let clearing;
  let last = "";

  const announce = () => {
    const words = inWords(screen.active.viewport);
    if (words === last) return;
    last = words;
    clearTimeout(announcing);
    announcing = setTimeout(() => (live.textContent = words), QUIET_MS);
  };
  screen.viewChanged.listen(announce);
  screen.changed.listen(announce);

  return {
    /** @param {string} words */
    notify(words) {
      notice.textContent = words;
      clearTimeout(clearing);
      clearing = setTimeout(() => (notice.textContent = ""), SHOWN_MS);
    },
  };
}

/** @param {import('../canvas/viewport.js').Viewport} viewport */
function inWords({ shown, series, problem, voi, grey }) {
  if (!shown) return problem;
  const window = voi ? voiInWords(voi) : "colour";
  return `Image ${shown.index + 1} of ${series.frames.length}, ${window}${grey.isInverted ? ", inverted" : ""}`;
}
