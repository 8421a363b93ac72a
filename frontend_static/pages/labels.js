// The editor of the label schema: what is typed is saved as the draft, and shown as the reader will see it.
import { ApiError, ask, hooked, pageData } from "./api.js";
import { signInOverPage } from "./sign_in_dialog.js";

/**
 * @typedef {{ key: string, name: string, kind: string, choices: string[], minimum: number | null, maximum: number | null, unit: string, is_required: boolean }} Attribute
 * @typedef {{ key: string, name: string, code: string, colour: string, hotkey: string, scope: string, shapes: string[], attributes: Attribute[] }} Label
 * @typedef {HTMLInputElement | HTMLSelectElement} Field
 */

const SAVE_AFTER_MS = 500;
// Okabe and Ito's colours: told apart by everybody, bright enough on black.
const COLOURS = ["#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#FFFFFF"];
/** @type {Record<string, string>} */
const SHAPE_WORDS = {
  box: "box",
  rotated_box: "rotated box",
  ellipse: "ellipse",
  polygon: "outline (polygon, freehand)",
  point: "point",
  line: "line with length",
  angle: "angle",
  bidirectional: "two diameters (RECIST)",
  mask: "mask (brush)",
  box_3d: "3D box over slices",
};
const SCOPE_WORDS = { region: "a region", image: "an image", series: "a series", study: "the study" };
const KIND_WORDS = { choice: "choice", number: "number", text: "text", yes_no: "yes or no" };

const settings = pageData("labels-settings");
/** @type {Label[]} */
const labels = settings.labels;
const rows = hooked("rows");
const publish = /** @type {HTMLButtonElement} */ (hooked("publish"));
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Promise<void>} */
let saving = Promise.resolve();
let isSaved = true;

/** @param {string} name */
function asKey(name) {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "").slice(0, 40);
}

/** @param {string} hook @returns {HTMLElement} */
function fromTemplate(hook) {
  const template = /** @type {HTMLTemplateElement} */ (hooked(hook));
  return /** @type {HTMLElement} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
}

/** @param {HTMLElement} row @param {string} name @returns {Field} */
function field(row, name) {
  return /** @type {Field} */ (row.querySelector(`[data-field="${name}"]`));
}

/** @param {Field} select @param {[string, string][]} options @param {string} chosen */
function fill(select, options, chosen) {
  select.replaceChildren(...options.map(([value, words]) => new Option(words, value, false, value === chosen)));
}

/**
 * Write a text field through to the label or attribute; the key follows the name until it is typed itself.
 * @param {HTMLElement} row @param {{ key: string, name: string }} thing
 */
function bindNames(row, thing) {
  const [name, key] = [field(row, "name"), field(row, "key")];
  name.value = thing.name;
  key.value = thing.key;
  name.oninput = () => {
    if (thing.key === asKey(thing.name)) key.value = thing.key = asKey(name.value);
    thing.name = name.value;
    changed();
  };
  key.oninput = () => {
    thing.key = key.value;
    changed();
  };
}

/**
 * One way of drawing, to be ticked. The order of the schema is that of the server's list.
 * @param {string} name @param {Label} label
 */
function shapeBox(name, label) {
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", value: name, className: "check__box" });
  box.onchange = () => {
    const ticked = new Set(label.shapes);
    if (box.checked) ticked.add(name);
    else ticked.delete(name);
    label.shapes = settings.shapes.filter((/** @type {string} */ each) => ticked.has(each));
    changed();
  };
  const words = document.createElement("label");
  words.className = "check";
  words.append(box, SHAPE_WORDS[name] ?? name);
  return words;
}

/** @param {Label} label @param {number} place */
function labelRow(label, place) {
  const row = fromTemplate("label-template");
  bindNames(row, label);
  for (const name of /** @type {const} */ (["colour", "code"])) {
    const input = field(row, name);
    input.value = label[name];
    input.oninput = () => {
      label[name] = input.value;
      changed();
    };
  }
  const hotkey = field(row, "hotkey");
  fill(hotkey, [["", "none"], ...[..."123456789"].map((key) => /** @type {[string, string]} */ ([key, key]))], label.hotkey);
  hotkey.onchange = () => {
    label.hotkey = hotkey.value;
    changed();
  };
  const scope = field(row, "scope");
  fill(scope, Object.entries(SCOPE_WORDS), label.scope);
  scope.onchange = () => {
    label.scope = scope.value;
    label.shapes = scope.value === "region" ? ["box"] : [];
    drawShapes();
    changed();
  };
  const shapes = hooked("shapes", row);
  const drawShapes = () => {
    shapes.hidden = label.scope !== "region";
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (shapes.querySelectorAll("input"))) {
      box.checked = label.shapes.includes(box.value);
    }
  };
  for (const name of settings.shapes) shapes.append(shapeBox(name, label));
  drawShapes();
  hooked("up", row).onclick = () => move(place, -1);
  hooked("down", row).onclick = () => move(place, 1);
  hooked("remove", row).onclick = () => {
    labels.splice(place, 1);
    draw();
    changed();
  };
  const list = hooked("attributes", row);
  list.append(...label.attributes.map((attribute) => attributeRow(label, attribute)));
  hooked("add-attribute", row).onclick = () => {
    label.attributes.push({ key: "", name: "", kind: "choice", choices: [], minimum: null, maximum: null, unit: "", is_required: false });
    draw();
    field(/** @type {HTMLElement} */ (rows.children[place].querySelector("[data-attributes] > :last-child")), "name").focus();
  };
  return row;
}

/** @param {Label} label @param {Attribute} attribute */
function attributeRow(label, attribute) {
  const row = fromTemplate("attribute-template");
  bindNames(row, attribute);
  const kind = field(row, "kind");
  fill(kind, Object.entries(KIND_WORDS), attribute.kind);
  const showKind = () => {
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll("[data-for-kind]"))) {
      part.hidden = part.dataset.forKind !== kind.value;
    }
  };
  kind.onchange = () => {
    attribute.kind = kind.value;
    showKind();
    changed();
  };
  showKind();
  const choices = field(row, "choices");
  choices.value = attribute.choices.join(", ");
  choices.oninput = () => {
    attribute.choices = choices.value.split(",").map((choice) => choice.trim()).filter(Boolean);
    changed();
  };
  for (const name of /** @type {const} */ (["minimum", "maximum"])) {
    const input = field(row, name);
    input.value = attribute[name] === null ? "" : String(attribute[name]);
    input.oninput = () => {
      attribute[name] = input.value === "" ? null : Number(input.value);
      changed();
    };
  }
  const unit = field(row, "unit");
  unit.value = attribute.unit;
  unit.oninput = () => {
    attribute.unit = unit.value;
    changed();
  };
  const required = /** @type {HTMLInputElement} */ (field(row, "is_required"));
  required.checked = attribute.is_required;
  required.onchange = () => {
    attribute.is_required = required.checked;
    changed();
  };
  hooked("remove", row).onclick = () => {
    label.attributes.splice(label.attributes.indexOf(attribute), 1);
    draw();
    changed();
  };
  return row;
}

/** @param {number} place @param {number} by */
function move(place, by) {
  const to = place + by;
  if (to < 0 || to >= labels.length) return;
  [labels[place], labels[to]] = [labels[to], labels[place]];
  draw();
  changed();
}

function draw() {
  rows.replaceChildren(...labels.map(labelRow));
  drawPreview();
}

function drawPreview() {
  const items = labels.map((label) => {
    const item = document.createElement("li");
    item.className = "preview__label";
    const swatch = document.createElement("span");
    swatch.className = "preview__swatch";
    swatch.style.background = label.colour;
    const key = document.createElement("kbd");
    key.className = "preview__key";
    key.textContent = label.hotkey || "–";
    const name = document.createElement("span");
    name.textContent = label.name || "(no name yet)";
    const more = document.createElement("span");
    more.className = "quiet";
    more.textContent = label.attributes.map((attribute) => attribute.name).join(", ");
    item.append(swatch, key, name, more);
    return item;
  });
  hooked("preview").replaceChildren(...items);
}

function changed() {
  isSaved = false;
  hooked("state").textContent = "Saving…";
  publish.disabled = true;
  drawPreview();
  clearTimeout(timer);
  timer = setTimeout(() => (saving = saving.then(save)), SAVE_AFTER_MS);
}

/** Show where the server found fault. @param {ApiError | null} error */
function showFault(error) {
  const place = String(error?.problem.place ?? "");
  for (const [at, row] of [...rows.children].entries()) {
    const isHere = place.startsWith(`label ${labels[at].key}`) || place.startsWith(`label ${at + 1}`);
    row.classList.toggle("is-wrong", Boolean(error) && isHere);
    hooked("error", row).textContent = error && isHere ? error.message : "";
  }
  const isShown = rows.querySelector(".is-wrong") !== null;
  hooked("trouble").hidden = !error || isShown;
  hooked("trouble-text").textContent = error?.message ?? "";
}

async function save() {
  const body = { labels };
  try {
    await ask("PUT", settings.draft_url, { json: body });
    isSaved = true;
    publish.disabled = !labels.length;
    hooked("state").textContent = `Draft saved ${new Date().toLocaleTimeString()}`;
    showFault(null);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      await signInOverPage(settings.user);
      return save();
    }
    hooked("state").textContent = error instanceof ApiError ? "Not saved yet" : "Not connected; not saved yet";
    if (error instanceof ApiError) showFault(error);
    else timer = setTimeout(() => (saving = saving.then(save)), 3000);
  }
  return undefined;
}

hooked("add").onclick = () => {
  const used = new Set(labels.map((label) => label.hotkey));
  const hotkey = [..."123456789"].find((key) => !used.has(key)) ?? "";
  const colour = COLOURS[labels.length % COLOURS.length];
  labels.push({ key: "", name: "", code: "", colour, hotkey, scope: "region", shapes: ["box"], attributes: [] });
  draw();
  field(/** @type {HTMLElement} */ (rows.lastElementChild), "name").focus();
};
publish.onclick = async () => {
  await saving;
  if (!isSaved || !confirm("Publish this version? It can never be changed afterwards.")) return;
  try {
    await ask("POST", settings.publish_url);
    location.reload();
  } catch (error) {
    if (error instanceof ApiError) showFault(error);
  }
};
window.addEventListener("beforeunload", (event) => {
  if (!isSaved) event.preventDefault();
});
publish.disabled = !labels.length;
draw();

export {};
