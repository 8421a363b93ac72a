// Keeps the parts of a page fresh while something is going on: asks for the page again and swaps what changed.

const EVERY_MS = 1500;

/** @param {Document} fresh */
function swap(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = fresh.querySelector(`[data-live="${/** @type {HTMLElement} */ (part).dataset.live}"]`);
    if (!newer || newer.isEqualNode(part)) continue;
    if (part.contains(document.activeElement)) continue;
    part.replaceWith(document.adoptNode(newer));
  }
  document.dispatchEvent(new CustomEvent("live:fresh"));
}

function isGoingOn() {
  return document.querySelector("[data-going-on]") !== null;
}

async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
  if (response.ok) swap(new DOMParser().parseFromString(await response.text(), "text/html"));
}

let isRunning = false;

/** Ask again and again until nothing is going on; once is enough. */
export async function keepFresh() {
  if (isRunning) return;
  isRunning = true;
  while (isGoingOn()) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    if (document.visibilityState === "visible") await refresh().catch(() => undefined);
  }
  isRunning = false;
}

void keepFresh();
