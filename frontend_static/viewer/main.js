/** Opens the read page: makes the parts and wires them. */

import { createApi } from "./api.js";
import { createCommands } from "./commands.js";
import { createCorners } from "./canvas/corners.js";
import { middleOf, Viewport } from "./canvas/viewport.js";
import { Overlay } from "./canvas/overlay.js";
import { createDecoder } from "./image/decoder.js";
import { Frames } from "./image/frames.js";
import { createRenderer } from "./image/renderer.js";
import { createAnnouncer } from "./panels/announcer.js";
import { createAnswersPanel } from "./panels/answers.js";
import { createAttributesPopup } from "./panels/attributes.js";
import { createConflictDialog } from "./panels/conflict_dialog.js";
import { createFindingsPanel } from "./panels/findings.js";
import { createHelpDialog } from "./panels/help_dialog.js";
import { createLabelsPanel } from "./panels/labels.js";
import { createSaveLine } from "./panels/save_line.js";
import { createSeriesStrip } from "./panels/series_strip.js";
import { createSignInDialog } from "./panels/sign_in_dialog.js";
import { createSubmitBar } from "./panels/submit_bar.js";
import { createToolbar } from "./panels/toolbar.js";
import { createOutbox, refresh, startSaving } from "./saving.js";
import { openRead } from "./store/read_data.js";
import { ReadStore } from "./store/read_store.js";
import { createBoxTool } from "./tools/box.js";
import { obeyKeys } from "./tools/keyboard.js";
import { createPanTool } from "./tools/pan.js";
import { routePointer } from "./tools/pointer.js";
import { createSelectTool } from "./tools/select.js";
import { createWindowTool } from "./tools/window_level.js";
import { createZoomTool } from "./tools/zoom.js";
import { part } from "./element.js";

/** @typedef {import('./types.js').Read} Read */

const host = part("viewport");
const data = document.getElementById("read-data")?.textContent ?? "{}";
const read = openRead(JSON.parse(data));
const api = createApi(read.urls, host.dataset.csrfToken ?? "");
const store = new ReadStore(read);
const outbox = createOutbox(api, read, store);
const frames = new Frames({ fetchFrame: api.frame, decode: createDecoder(host.dataset.decodeWorker ?? "") });
const viewport = createViewport();
const svg = /** @type {SVGSVGElement} */ (
  /** @type {unknown} */ (document.querySelector("[data-part=overlay]"))
);
const work = { store, viewport, overlay: new Overlay(svg, viewport, store) };

/** @returns {Viewport} */
function createViewport() {
  const canvas = /** @type {HTMLCanvasElement} */ (part("canvas"));
  const wanted = new URLSearchParams(location.search).get("renderer");
  const renderer = createRenderer(canvas, wanted, () => viewport.refresh());
  return new Viewport(canvas, read.series, frames, renderer);
}

wireScreen();
wireSession();
const ready = open();

function wireScreen() {
  const announcer = createAnnouncer(viewport);
  const popup = createAttributesPopup(store, viewport);
  const help = createHelpDialog();
  const corners = createCorners(viewport, read);
  const tools = createTools((id) => popup.open(id, { withFocus: false }));
  const submitBar = createSubmitBar(api, store, outbox, {
    notify: announcer.notify,
    refresh: () => refresh(api, store, outbox),
  });
  const pointer = routePointer(
    host,
    work,
    { left: tools.current, middle: tools.pan, right: tools.window },
    corners.pointAt,
  );
  const commands = createCommands(work, {
    notify: announcer.notify,
    cancelDrag() {
      const isBusy = pointer.isBusy;
      pointer.cancel();
      return isBusy;
    },
    chooseTool: tools.choose,
    describe: (id) => popup.open(id, { withFocus: true }),
    submit: submitBar.submit,
    help: help.open,
  });
  const toolbar = createToolbar(viewport, store, commands, {
    current: () => tools.current().name,
    choose: tools.choose,
  });
  tools.onChoice = toolbar.draw;
  obeyKeys(host, commands);
  createSeriesStrip(read.series, viewport);
  createLabelsPanel(store);
  createAnswersPanel(store, announcer.notify);
  const findings = createFindingsPanel(store, viewport, {
    edit: commands.describe,
    refusalOf: (id) => outbox.refused.find((operation) => operation.id === id)?.refusal?.detail ?? "",
  });
  outbox.changed.listen(() => {
    work.overlay.refused = new Set(outbox.refused.map(({ id }) => id));
    findings.draw();
    work.overlay.draw();
  });
  createSaveLine(outbox, store);
  createConflictDialog(outbox, store);
}

/** @param {(id: string) => void} onDrawn */
function createTools(onDrawn) {
  const box = createBoxTool(work, onDrawn);
  const select = createSelectTool(work);
  const [pan, zoom, window] = [createPanTool(work), createZoomTool(work), createWindowTool(work)];
  const all = [box, select, pan, zoom, window];
  let active = store.isReadOnly || !store.drawingLabels.length ? select : box;
  const tools = {
    pan,
    window,
    onChoice: () => {},
    current: () => active,
    /** @param {string} name */
    choose(name) {
      active = all.find((tool) => tool.name === name) ?? active;
      tools.onChoice();
    },
  };
  return tools;
}

function wireSession() {
  const dialog = createSignInDialog(api, read.reader, {
    onBack() {
      outbox.resume();
      frames.retryAll();
    },
    onOther: () => outbox.pause("other_user"),
  });
  api.onSignedOut = () => {
    outbox.pause("signed_out");
    dialog.open();
  };
  part("save-line").addEventListener("click", () => {
    if (["signed_out", "other_user"].includes(outbox.connection)) dialog.open();
  });
}

async function open() {
  const first = read.series.findIndex(({ frames }) => frames.length > 0);
  const painted = new Promise((resolve) => {
    viewport.changed.listen(() => (viewport.shown || viewport.problem) && !viewport.isLoading && resolve(undefined));
  });
  if (first >= 0) viewport.show(first, middleOf(read.series[first]));
  else viewport.explain("This case has no images.");
  host.focus({ preventScroll: true });
  await startSaving(read, store, outbox);
  await painted;
}

// For the browser tests and the benchmarks: nothing in the page reads it.
Object.assign(window, { overread: { ready, store, view: viewport, outbox } });
