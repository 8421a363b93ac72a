// A hanging protocol as a picture: its panes with what belongs into each.

/**
 * @typedef {{ title: string, study: number, views: string[], laterality: string, nth: number, is_optional: boolean, plane: string, words: string[] }} Place
 * @typedef {{ name: string, rows: number, columns: number, modalities: string[], body_parts: string[], places: Place[], is_mammography: boolean, links: Record<string, boolean> }} Protocol
 */

/** The conditions of a place in a few words. @param {Place} place */
export function conditionsOf(place) {
  const view = [place.laterality, place.views.slice(0, 2).join("/")].filter(Boolean).join(" ");
  const parts = [view, place.plane, place.words.slice(0, 2).join("/")].filter(Boolean);
  if (place.nth || !parts.length) parts.push(`no. ${place.nth + 1}`);
  return parts.join(", ");
}

/** @param {string} block @param {string} words */
function line(block, words) {
  const found = document.createElement("span");
  found.className = block;
  found.textContent = words;
  return found;
}

/** The edge at which the chest wall of a mammogram lies. @param {Protocol} protocol @param {Place} place */
function wallOf(protocol, place) {
  if (!protocol.is_mammography || !place.laterality) return "";
  return place.laterality === "R" ? "is-wall-right" : "is-wall-left";
}

/** What the title of a pane leaves out. @param {Place} place @param {boolean} isLarge */
function notesOf(place, isLarge) {
  const conditions = conditionsOf(place);
  const saysPrior = !isLarge && /prior/i.test(place.title);
  return [
    isLarge && place.title && conditions !== place.title ? conditions : "",
    place.study && !saysPrior ? `prior ${place.study}` : "",
    isLarge && place.is_optional ? "may stay empty" : "",
  ].filter(Boolean);
}

/**
 * Draw the panes into `host`; with `choose` they are buttons.
 * @param {HTMLElement} host @param {Protocol} protocol
 * @param {{ chosen: number, choose: (index: number) => void } | null} [choice]
 */
export function drawPicture(host, protocol, choice = null) {
  host.style.gridTemplateColumns = `repeat(${protocol.columns}, minmax(0, 1fr))`;
  const panes = protocol.places.map((place, index) => {
    const pane = document.createElement(choice ? "button" : "span");
    const states = [place.study ? "is-prior" : "", place.is_optional ? "is-optional" : "", wallOf(protocol, place)];
    pane.className = ["hang__pane", ...states].filter(Boolean).join(" ");
    pane.append(line(choice ? "hang__title" : "hang__title is-wrapped", place.title || conditionsOf(place)));
    pane.append(...notesOf(place, Boolean(choice)).map((words) => line("hang__note", words)));
    if (choice && pane instanceof HTMLButtonElement) {
      pane.type = "button";
      pane.setAttribute("aria-pressed", String(index === choice.chosen));
      pane.onclick = () => choice.choose(index);
    }
    return pane;
  });
  host.replaceChildren(...panes);
  if (choice) return;
  host.setAttribute("role", "img");
  const words = protocol.places.map((place) => `${place.title || conditionsOf(place)}${place.study ? " (prior)" : ""}`);
  host.setAttribute("aria-label", `${protocol.rows} by ${protocol.columns}: ${words.join("; ")}`);
}
