/**
 * The texts in the corners of the picture and the letters at its edges. Each has a place that no other reaches: where a
 * pane is small, the least needed words go.
 */

import { edgeLetters } from "../geometry/orientation.js";
import { scaleBar } from "../geometry/scale.js";
import { displayOf } from "../geometry/space.js";
import { calmly } from "../store/signal.js";
import { priorInWords, studyOf } from "../study_words.js";
import { partOf } from "../element.js";
import { linesThatFit, withoutRepeats } from "./corner_lines.js";
import { caseLines, greyLines, imageLines, noteLines, placeLines } from "./corner_words.js";
import { widthIn } from "./text_width.js";

/** @typedef {import('./corner_lines.js').Line} Line */
/** @typedef {import('./viewport.js').Viewport} Viewport */
/** @typedef {import('../types.js').Read} Read */
/** @typedef {import('../types.js').Point} Point */

const BAR_PX = 160;
const ROW_PX = 17;
// Of a pane's height, what the words above and those below may take.
const SHARES = { above: 0.19, below: 0.27 };
// From the pane's edges to the words, and between them and the letter in their middle, as the style sheet has it.
const MARGINS = 2 * 8 + 2 * 6;

const widthOf = widthIn("12px system-ui, sans-serif");
const letterWidth = widthIn("600 14px system-ui, sans-serif");

/**
 * @param {HTMLElement} host  the pane
 * @param {Viewport} viewport
 * @param {Read} read
 */
export function createCorners(host, viewport, read) {
  const notes = partOf(host, "corner-notes");
  const corners = {
    topLeft: partOf(host, "case"),
    topRight: partOf(host, "corner-top-right"),
    bottomLeft: partOf(host, "corner-bottom-left"),
    bottomRight: partOf(host, "corner-bottom-right"),
  };
  const prior = partOf(host, "prior");
  /** @type {Point | null} */
  let pointer = null;
  let wasShown = false;

  function draw() {
    wasShown = Boolean(viewport.shown);
    host.classList.toggle("is-wall-left", viewport.align === "left");
    const width = (viewport.size.width - MARGINS - drawLetters(host, viewport)) / 2;
    drawAbove({ width, height: rowsIn(SHARES.above) });
    drawBelow({ width, height: rowsIn(SHARES.below) });
  }

  /** @param {number} share */
  const rowsIn = (share) => Math.max(1, Math.floor((viewport.size.height * share) / ROW_PX));

  /** @param {import('../types.js').Size} room */
  function drawAbove({ width, height }) {
    const study = viewport.isEmpty ? null : studyOf(read, viewport.series);
    const whole = study ? priorInWords(study) : "";
    const [brief] = whole.split(",");
    // Of the time between, a small pane only has room for the date.
    const priorWords = rowsOf(whole, width) < height ? whole : brief;
    const taken = rowsOf(priorWords, width);
    write(prior, priorWords);
    const [left, right] = [caseLines(read, viewport), imageLines(viewport)];
    const said = [whole, brief, viewport.shown?.reslice?.words ?? ""];
    const told = withoutRepeats([...left, ...right], said);
    const isLeft = (/** @type {Line} */ each) => left.includes(each);
    const room = { width, height: Math.max(1, height - taken) };
    writePair(
      corners.topLeft,
      corners.topRight,
      [told.filter(isLeft), told.filter((each) => !isLeft(each))],
      room,
    );
  }

  /** @param {import('../types.js').Size} room */
  function drawBelow({ width, height }) {
    const wide = { width: viewport.size.width - MARGINS, height };
    const noted = linesThatFit(noteLines(viewport), wide, widthOf);
    write(notes, noted.join("\n"));
    const bar = drawScale(host, viewport, width);
    const room = { width, height: Math.max(0, height - noted.length - bar) };
    writePair(
      corners.bottomLeft,
      corners.bottomRight,
      [placeLines(viewport, pointer), greyLines(viewport)],
      room,
      bar,
    );
  }

  /**
   * Beside the chest wall lies tissue: all words go to the other side.
   * @param {HTMLElement} left
   * @param {HTMLElement} right
   * @param {[Line[], Line[]]} lines
   * @param {import('../types.js').Size} room
   * @param {number} [more]  rows that are free at the right only
   */
  function writePair(left, right, [leftLines, rightLines], room, more = 0) {
    const isOneSided = viewport.align !== "";
    const [one, other] = isOneSided ? [[...leftLines, ...rightLines], []] : [leftLines, rightLines];
    const { width, height } = room;
    const rows = isOneSided ? Math.min(height * 2, rowsIn(0.4) - more) : height;
    write(left, linesThatFit(one, { width, height: rows }, widthOf).join("\n"));
    write(right, linesThatFit(other, { width, height: height + more }, widthOf).join("\n"));
  }

  const drawCalmly = calmly(draw);
  viewport.changed.listen(() => {
    // No word of a picture stays without it.
    if (wasShown !== Boolean(viewport.shown)) draw();
    else drawCalmly();
  });

  return {
    /** @param {Point | null} at  CSS pixels */
    pointAt(at) {
      pointer = at;
      draw();
    },
  };
}

/**
 * Of what stands in a frame.
 * @param {string} words
 * @param {number} width
 */
const rowsOf = (words, width) => (words ? Math.ceil((widthOf(words) + 10) / width) : 0);

/**
 * Text that stays the same costs no layout.
 * @param {HTMLElement} host
 * @param {string} words
 */
function write(host, words) {
  if (host.textContent !== words) host.textContent = words;
}

/**
 * @param {HTMLElement} host
 * @param {Viewport} viewport
 * @returns {number}  how wide the widest of those is that stand between corners
 */
function drawLetters(host, { shown, view }) {
  const letters = shown && edgeLetters(displayOf(shown), view);
  for (const edge of /** @type {const} */ (["top", "right", "bottom", "left"])) {
    write(partOf(host, `edge-${edge}`), letters ? letters[edge] : "");
  }
  return letters ? Math.max(letterWidth(letters.top), letterWidth(letters.bottom)) : 0;
}

/**
 * @param {HTMLElement} host
 * @param {Viewport} viewport
 * @param {number} room  CSS pixels
 * @returns {number}  rows that it takes
 */
function drawScale(host, { shown, spacing, view, size }, room) {
  const bar = partOf(host, "scale");
  bar.hidden = !shown;
  if (!shown) return 0;
  const { pixels, words } = scaleBar(spacing, view.zoom, Math.min(BAR_PX, size.width / 4, room));
  bar.style.width = `${pixels}px`;
  write(bar, words);
  return 1;
}
