/** The words in the place of a picture that is not there, or not yet in full, and how to try again. */

import { partOf } from "../element.js";

/** @typedef {import('./screen.js').Screen} Screen */
/** @typedef {import('./pane.js').Pane} Pane */

/** @param {Screen} screen */
export function explainIn(screen) {
  screen.panes.forEach(wire);
  screen.paneMade.listen(wire);
}

/** @param {Pane} pane */
function wire({ host, viewport }) {
  const problem = partOf(host, "problem");
  const words = partOf(host, "problem-text");
  const retry = partOf(host, "problem-retry");
  retry.addEventListener("click", () => viewport.retry());
  viewport.changed.listen(() => {
    problem.hidden = Boolean(viewport.shown);
    problem.classList.toggle("is-preview", viewport.isPreview);
    retry.hidden = !viewport.canRetry;
    // Text that stays the same costs no layout.
    if (words.textContent !== viewport.problem) words.textContent = viewport.problem;
  });
}
