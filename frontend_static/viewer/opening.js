/**
 * What the first picture needs, and nothing else. It asks for main.js, which adds panels, tools and saving.
 */

import { createApi } from "./api.js";
import { handOverFrom } from "./canvas/first_look.js";
import { Hanging } from "./canvas/hanging.js";
import { explainIn } from "./canvas/problem.js";
import { Screen } from "./canvas/screen.js";
import { middleOf } from "./canvas/viewport.js";
import { createDecoder } from "./image/decoder.js";
import { Frames } from "./image/frames.js";
import { openRead } from "./store/read_data.js";
import { element, part } from "./element.js";

const LONGEST_WAIT_MS = 1000;

const page = part("screen");
const data = document.getElementById("read-data")?.textContent ?? "{}";
const wantedRenderer = new URLSearchParams(location.search).get("renderer");

export const read = openRead(JSON.parse(data));
export const api = createApi(read.urls, page.dataset.csrfToken ?? "");
export const frames = new Frames({
  fetchFrame: api.frame,
  decode: createDecoder(page.dataset.decodeWorker ?? ""),
});
export const screen = new Screen({ read, frames, wantedRenderer });
handOverFrom(screen);
// After those pictures: a reason stands in the middle when they are gone.
explainIn(screen);
export const hanging = new Hanging(screen, read);

/** A picture, or the reason why there is none, is on the screen. */
export const painted = showFirst();

async function showFirst() {
  hanging.choose(0);
  const { viewport } = screen.active;
  const first = read.series.findIndex((series) => series.frames.length > 0);
  const shown = new Promise((resolve) => {
    viewport.changed.listen(
      () => (viewport.shown || viewport.problem) && !viewport.isLoading && resolve(undefined),
    );
  });
  if (hanging.current) viewport.refresh();
  else if (first >= 0) viewport.show(first, middleOf(read.series[first]));
  else viewport.explain("This case has no images.");
  screen.focus();
  await shown;
}

// What draws and saves comes after the picture, which it would delay; a slow line must not hold it up for longer.
Promise.race([painted, new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_MS))]).then(() => {
  const { others = "[]", styles = "[]", main = "" } = page.dataset;
  for (const href of JSON.parse(styles)) document.head.append(element("link", { rel: "stylesheet", href }));
  for (const href of JSON.parse(others))
    document.head.append(element("link", { rel: "modulepreload", href }));
  document.head.append(element("script", { type: "module", src: main }));
});
