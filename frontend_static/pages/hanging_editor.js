// The editor of one hanging protocol: the picture is drawn anew with every change, and its panes are what one chooses.
import { ApiError, ask, hooked, pageData } from "./api.js";
import { drawPicture } from "./hanging_picture.js";
import { signInOverPage } from "./sign_in_dialog.js";

/**
 * @typedef {import("./hanging_picture.js").Place} Place
 * @typedef {import("./hanging_picture.js").Protocol} Protocol
 * @typedef {HTMLInputElement | HTMLSelectElement} Field
 */

const settings = pageData("hanging-settings");
/** @type {Protocol} */
const protocol = settings.protocol;
const form = /** @type {HTMLFormElement} */ (hooked("editor"));
const picture = hooked("picture-of-all");
const save = /** @type {HTMLButtonElement} */ (hooked("save"));
// By row and column: what a smaller layout has no room for comes back with the larger one, each where it was.
/** @type {Place[][]} */
const sheet = [];
let chosen = 0;
let isSaved = true;

/** The next picture of the case, if there is one. @param {number} nth @returns {Place} */
function nextPlace(nth) {
  return { title: "", study: 0, views: [], laterality: "", nth, is_optional: true, plane: "", words: [] };
}

/** @param {"field" | "place"} kind @param {string} name @returns {Field} */
function fieldOf(kind, name) {
  return /** @type {Field} */ (form.querySelector(`[data-${kind}="${name}"]`));
}

/** @param {string} text */
function listed(text) {
  return [...new Set(text.split(",").map((part) => part.trim()).filter(Boolean))];
}

/** @param {string} text */
const codes = (text) => listed(text.toUpperCase());

/** How each field is read and written. @type {Record<string, { read: (field: any) => unknown, write: (value: any) => unknown }>} */
const KINDS = {
  text: { read: (field) => field.value.trim(), write: (value) => value },
  count: { read: (field) => Number(field.value), write: String },
  place: { read: (field) => Math.max(1, Math.trunc(Number(field.value)) || 1) - 1, write: (value) => String(value + 1) },
  codes: { read: (field) => codes(field.value), write: (value) => value.join(", ") },
  words: { read: (field) => listed(field.value), write: (value) => value.join(", ") },
};
const FIELDS = { name: KINDS.text, rows: KINDS.count, columns: KINDS.count, modalities: KINDS.codes, body_parts: KINDS.codes };
const PLACES = { title: KINDS.text, study: KINDS.count, views: KINDS.codes, laterality: KINDS.text, plane: KINDS.text, words: KINDS.words, nth: KINDS.place };

/** Write what the protocol says into the fields, and back when they change. */
function bindProtocol() {
  const whole = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (protocol));
  for (const [name, kind] of Object.entries(FIELDS)) {
    const field = fieldOf("field", name);
    field.value = String(kind.write(whole[name]));
    field.oninput = () => {
      whole[name] = kind.read(field);
      fit();
      changed();
    };
  }
  const isMammography = /** @type {HTMLInputElement} */ (fieldOf("field", "is_mammography"));
  isMammography.checked = protocol.is_mammography;
  isMammography.onchange = () => {
    protocol.is_mammography = isMammography.checked;
    changed();
  };
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[data-link]"))) {
    const link = box.dataset.link ?? "";
    box.checked = Boolean(protocol.links[link]);
    box.onchange = () => {
      protocol.links[link] = box.checked;
      changed();
    };
  }
}

/** Show what the chosen pane says. */
function showPlace() {
  const place = protocol.places[chosen];
  const members = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (place));
  const [row, column] = [Math.floor(chosen / protocol.columns) + 1, (chosen % protocol.columns) + 1];
  hooked("pane-name").textContent = `Pane ${chosen + 1}: row ${row}, column ${column}`;
  for (const [name, kind] of Object.entries(PLACES)) {
    const field = fieldOf("place", name);
    field.value = String(kind.write(members[name]));
    field.oninput = () => {
      members[name] = kind.read(field);
      changed();
    };
  }
  const optional = /** @type {HTMLInputElement} */ (fieldOf("place", "is_optional"));
  optional.checked = place.is_optional;
  optional.onchange = () => {
    place.is_optional = optional.checked;
    changed();
  };
}

/** Note which pane lies where. */
function spread() {
  for (const [index, place] of protocol.places.entries()) {
    const row = (sheet[Math.floor(index / protocol.columns)] ??= []);
    row[index % protocol.columns] = place;
  }
}

/** As many places as panes. */
function fit() {
  const last = protocol.places[chosen];
  protocol.places = Array.from({ length: protocol.rows * protocol.columns }, (_, index) => {
    const row = (sheet[Math.floor(index / protocol.columns)] ??= []);
    return (row[index % protocol.columns] ??= nextPlace(index));
  });
  chosen = Math.max(0, protocol.places.indexOf(last));
  showPlace();
}

function draw() {
  drawPicture(picture, protocol, { chosen, choose });
}

/** @param {number} index */
function choose(index) {
  chosen = index;
  showPlace();
  draw();
  /** @type {HTMLElement} */ (picture.children[index]).focus();
}

function changed() {
  isSaved = false;
  draw();
}

/** Both versions are shown, and who edits decides. @param {{ version: number, protocol: Protocol }} current */
function showConflict(current) {
  drawPicture(hooked("theirs"), current.protocol);
  hooked("their-name").textContent = current.protocol.name;
  hooked("conflict").hidden = false;
  hooked("keep-mine").onclick = () => {
    settings.version = current.version;
    form.requestSubmit();
  };
  hooked("take-theirs").onclick = () => {
    isSaved = true;
    location.reload();
  };
  hooked("keep-mine").focus();
}

/** Show where the server found fault. @param {unknown} error */
function showFault(error) {
  const isOurs = error instanceof ApiError;
  const pane = isOurs ? /^pane (\d+)$/.exec(String(error.problem.place ?? "")) : null;
  if (pane) choose(Number(pane[1]) - 1);
  hooked("trouble-text").textContent = isOurs ? error.message : "The server cannot be reached. Nothing is lost: save again.";
  hooked("trouble").hidden = false;
  const name = isOurs ? String(error.problem.field ?? "") : "";
  if (name) form.querySelector(`[data-${pane ? "place" : "field"}="${name}"]`)?.setAttribute("aria-invalid", "true");
}

form.onsubmit = async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  hooked("trouble").hidden = hooked("conflict").hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  save.disabled = true;
  try {
    /** @type {Record<string, string>} */
    const headers = settings.version ? { "If-Match": `"${settings.version}"` } : {};
    await ask(settings.method, settings.url, { json: protocol, headers });
    isSaved = true;
    location.assign(settings.list_url);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      await signInOverPage(settings.user);
      form.requestSubmit();
    } else if (error instanceof ApiError && error.status === 412) showConflict(/** @type {any} */ (error.problem.current));
    else showFault(error);
  } finally {
    save.disabled = false;
  }
};
window.addEventListener("beforeunload", (event) => {
  if (!isSaved) event.preventDefault();
});
spread();
bindProtocol();
showPlace();
draw();
