/** Makes what is around the pictures and wires it: panels, tools, keys, saving. */

import { Cine } from "./canvas/cine.js";
import { Guides } from "./canvas/guides.js";
import { addLayers } from "./canvas/layers.js";
import { Links } from "./canvas/links.js";
import { Magnifier } from "./canvas/magnifier.js";
import { Mpr } from "./canvas/mpr.js";
import { MprMarks } from "./canvas/mpr_marks.js";
import { createCommands } from "./commands.js";
import { createLayoutCommands } from "./layout_commands.js";
import { createAnnouncer } from "./panels/announcer.js";
import { createAnswersPanel } from "./panels/answers.js";
import { createAttributesPopup } from "./panels/attributes.js";
import { createConflictDialog } from "./panels/conflict_dialog.js";
import { createFindingsPanel } from "./panels/findings.js";
import { createHelpDialog } from "./panels/help_dialog.js";
import { showKeys } from "./panels/key_caps.js";
import { createLabelsPanel } from "./panels/labels.js";
import { createSaveLine } from "./panels/save_line.js";
import { createSeriesStrip } from "./panels/series_strip.js";
import { createSignInDialog } from "./panels/sign_in_dialog.js";
import { createSubmitBar } from "./panels/submit_bar.js";
import { createTour } from "./panels/tour.js";
import { createToolbar } from "./panels/toolbar.js";
import { api, frames, hanging, painted, read, screen } from "./opening.js";
import { createOutbox, refresh, startSaving } from "./saving.js";
import { createMarkCommands } from "./mark_commands.js";
import { createMaskCommands } from "./mask_commands.js";
import { createMaskOptions } from "./panels/mask_options.js";
import { withDrawingKeys } from "./tools/drawing_keys.js";
import { ACTIONS } from "./tools/key_actions.js";
import { KeyMap } from "./tools/key_map.js";
import { obeyKeys } from "./tools/keyboard.js";
import { routePointer } from "./tools/pointer.js";
import { routeTouch } from "./tools/touch.js";
import { warmNextCase } from "./image/warming.js";
import { Toolbox } from "./tools/toolbox.js";
import { MarkView } from "./store/mark_view.js";
import { Preferences } from "./store/preferences.js";
import { ReadStore } from "./store/read_store.js";
import { part } from "./element.js";

// Slices at one place of the patient go together unless the reader, or a protocol, says otherwise.
const UNHUNG_LINKS = { scroll: true };

const NOT_KEPT = "The server could not keep this. It holds until this page is closed.";

const store = new ReadStore(read);
const marks = new MarkView();
addLayers({ store, marks, screen });
const outbox = createOutbox(api, read, store);

const layout = wireScreen();
wireSession();
const ready = Promise.all([painted, startSaving(read, store, outbox)]);

function wireScreen() {
  const announcer = createAnnouncer(screen);
  const popup = createAttributesPopup(store, screen);
  const preferences = new Preferences(read.preferences ?? {}, api.keepPreferences);
  const tour = createTour(() => preferences.set({ tour_seen: true }));
  if (!preferences.isTourSeen) tour.open();
  const keys = new KeyMap(ACTIONS, preferences.keys);
  const help = createHelpDialog(keys, {
    onChange: () => preferences.set({ keys: keys.own }),
    showTour: () => tour.open(),
  });
  for (const say of [help.say, announcer.notify]) preferences.failed.listen(() => say(NOT_KEPT));
  marks.setSnapping(preferences.snapsToEdges);
  marks.changed.listen(() => {
    if (marks.snapsToEdges !== preferences.snapsToEdges)
      preferences.set({ snaps_to_edges: marks.snapsToEdges });
  });
  const toolbox = new Toolbox(store, (id) => popup.open(id, { withFocus: false }));
  const submitBar = createSubmitBar(api, store, outbox, {
    notify: announcer.notify,
    refresh: () => refresh(api, store, outbox),
  });
  const parts = createLayoutParts();
  const work = { store, marks, screen };
  const sections = new MprMarks(work, parts.mpr, () => toolbox.isDrawing);
  const around = {
    notify: announcer.notify,
    cancelDrag: routePointers(toolbox),
    chooseTool: (/** @type {string} */ name) => toolbox.choose(name),
    describe: (/** @type {string} */ id) => popup.open(id, { withFocus: true }),
    closePopup: popup.close,
    // Enter beside an open pop-up is about the pop-up.
    submit: () => popup.close() || submitBar.submit(),
    help: help.open,
  };
  const commands = withDrawingKeys(
    {
      ...createCommands(work, around),
      ...createMarkCommands(work, around),
      ...createLayoutCommands(parts),
    },
    toolbox,
    screen,
  );
  store.declined.listen(announcer.notify);
  for (const { declined } of [parts.guides, parts.mpr, sections]) declined.listen(announcer.notify);
  toolbox.changed.listen(() => parts.guides.forget());
  createToolbar(parts, work, commands, toolbox);
  createMaskOptions(screen, toolbox, createMaskCommands(work, around));
  obeyKeys(commands, keys);
  createSeriesStrip(read, screen);
  createLabelsPanel(store, commands.chooseLabel);
  createAnswersPanel(store, screen, announcer.notify);
  const findings = createFindingsPanel(
    work,
    commands,
    keys,
    (id) => outbox.refused.find((operation) => operation.id === id)?.refusal?.detail ?? "",
  );
  outbox.changed.listen(() => {
    marks.setRefused(outbox.refused.map(({ id }) => id));
    findings.draw();
  });
  createSaveLine(outbox, store);
  createConflictDialog(outbox, store);
  showKeys(keys);
  return { parts, commands };
}

/** What the panes do together. */
function createLayoutParts() {
  const parts = {
    screen,
    hanging,
    links: new Links(screen),
    guides: new Guides(screen),
    magnifier: new Magnifier(screen),
    mpr: new Mpr(screen, read.series, frames, part("screen").dataset.resliceWorker ?? ""),
    cine: new Cine(screen),
  };
  screen.guides = parts.guides;
  parts.links.set(hanging.current?.links ?? UNHUNG_LINKS);
  hanging.changed.listen(({ links }) => parts.links.set(links));
  warmNextCase(api, frames);
  return parts;
}

/**
 * Every pane hears the mouse.
 * @param {Toolbox} toolbox
 * @returns {() => boolean}  ends the drag under way; says whether there was one
 */
function routePointers(toolbox) {
  const tools = {
    left: () => toolbox.current,
    middle: toolbox.get("pan"),
    right: toolbox.get("window"),
  };
  /** @type {ReturnType<typeof routePointer>[]} */
  const pointers = [];
  const route = (/** @type {import('./canvas/pane.js').Pane} */ pane) => {
    // Fingers first: what is a gesture never reaches the tools.
    routeTouch(pane, () => pointer.cancel());
    const pointer = routePointer(pane, tools);
    pointers.push(pointer);
  };
  screen.panes.forEach(route);
  screen.paneMade.listen(route);
  return () => {
    const busy = pointers.filter(({ isBusy }) => isBusy);
    for (const pointer of busy) pointer.cancel();
    return busy.length > 0;
  };
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

// For the browser tests and the benchmarks: nothing in the page reads it.
const handle = {
  ready,
  store,
  marks,
  frames,
  outbox,
  screen,
  parts: layout.parts,
  layout: layout.commands,
  get view() {
    return screen.active.viewport;
  },
};
Object.assign(window, { overread: handle });
