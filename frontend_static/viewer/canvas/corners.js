/** The texts in the corners of the picture, the letters at its edges, and the words when there is none. */

import { spacingInWords } from "../geometry/measure.js";
import { edgeLetters } from "../geometry/orientation.js";
import { scaleBar } from "../geometry/scale.js";
import { stackOf } from "../geometry/stack.js";
import { displayOf, placeAlongNormal, planeOf } from "../geometry/space.js";
import { modalityValue } from "../image/lut.js";
import { voiInWords } from "../image/windows.js";
import { calmly } from "../store/signal.js";
import { priorInWords, studyOf } from "../study_words.js";
import { partOf } from "../element.js";

/** @typedef {import('./viewport.js').Viewport} Viewport */
/** @typedef {import('../types.js').Read} Read */
/** @typedef {import('../types.js').Point} Point */

// A pane smaller than this has room for the most needed words only.
const SMALL = { width: 380, height: 300 };
const BAR_PX = 160;

/**
 * @param {HTMLElement} host  the pane
 * @param {Viewport} viewport
 * @param {Read} read
 */
export function createCorners(host, viewport, read) {
  const corners = {
    topRight: partOf(host, "corner-top-right"),
    bottomLeft: partOf(host, "corner-bottom-left"),
    bottomRight: partOf(host, "corner-bottom-right"),
  };
  const [caseWords, prior] = [partOf(host, "case"), partOf(host, "prior")];
  const problem = partOf(host, "problem");
  const problemText = partOf(host, "problem-text");
  const retry = partOf(host, "problem-retry");
  retry.addEventListener("click", () => viewport.retry());
  let value = "";

  function draw() {
    const isSmall = isSmallPane(viewport);
    problem.hidden = Boolean(viewport.shown);
    problem.classList.toggle("is-preview", viewport.isPreview);
    retry.hidden = !viewport.canRetry;
    write(problemText, viewport.problem);
    const study = viewport.isEmpty ? null : studyOf(read, viewport.series);
    write(prior, study ? priorInWords(study) : "");
    const place = isSmall ? [] : placeLines(viewport);
    writePair(caseWords, corners.topRight, caseLines(read, viewport, isSmall), imageLines(viewport, isSmall));
    const below = [...flags(viewport), ...place, value];
    writePair(corners.bottomLeft, corners.bottomRight, below, greyLines(viewport, isSmall));
    host.classList.toggle("is-wall-left", viewport.align === "left");
    host.classList.toggle("is-wall-right", viewport.align === "right");
    drawLetters(host, viewport);
    drawScale(host, viewport);
  }
  /**
   * Beside the chest wall lies tissue: all words go to the other side.
   * @param {HTMLElement} left
   * @param {HTMLElement} right
   * @param {string[]} leftLines
   * @param {string[]} rightLines
   */
  function writePair(left, right, leftLines, rightLines) {
    const isOneSided = viewport.align !== "";
    const all = isOneSided ? [[...leftLines, ...rightLines], []] : [leftLines, rightLines];
    const [one, other] = all.map((lines) => lines.filter(Boolean).join("\n"));
    write(left, one);
    write(right, other);
  }
  const drawCalmly = calmly(draw);
  viewport.changed.listen(() => {
    // Whether there is a picture is said at once.
    if (problem.hidden !== Boolean(viewport.shown)) draw();
    else drawCalmly();
  });

  return {
    /** @param {Point | null} at  CSS pixels */
    pointAt(at) {
      value = at ? valueInWords(viewport, at) : "";
      draw();
    },
  };
}

/** @param {Viewport} viewport */
const isSmallPane = ({ size }) => size.width < SMALL.width || size.height < SMALL.height;

/**
 * Text that stays the same costs no layout.
 * @param {HTMLElement} host
 * @param {string} words
 */
function write(host, words) {
  if (host.textContent !== words) host.textContent = words;
}

/**
 * @param {Read} read
 * @param {Viewport} viewport
 * @param {boolean} isSmall
 */
function caseLines(read, { title, series, isEmpty }, isSmall) {
  const { code, patient, study_date: date } = read.case;
  const age = patient.age.replace(/^0+(\d)/, "$1");
  const studyDate = studyOf(read, series)?.date ?? date;
  if (isEmpty) return [title];
  const lines = [title, code, [patient.sex, age].filter(Boolean).join(" "), studyDate];
  return isSmall ? [title, studyDate] : lines;
}

/**
 * @param {Viewport} viewport
 * @param {boolean} isSmall
 */
function imageLines(viewport, isSmall) {
  const { series, shown, asked } = viewport;
  const ref = shown ?? asked;
  if (!ref) return [];
  const { laterality, view_position: position } = displayOf(ref);
  const viewName = [laterality, position].filter(Boolean).join(" ");
  const number = `Series ${series.number ?? viewport.seriesIndex + 1}`;
  return [
    isSmall ? "" : [number, series.modality].join(" · "),
    isSmall ? "" : series.description,
    `Image ${ref.index + 1}/${series.frames.length}`,
    viewName === viewport.title ? "" : viewName,
  ];
}

/**
 * What the reader must know before they trust the picture.
 * @param {Viewport} viewport
 */
function flags({ shown, series, cineWords }) {
  const made = shown?.reslice?.words ?? "Resampled";
  return [shown?.instance.is_resliced ? `${made}: not to be drawn on` : "", faultWords(series), cineWords];
}

/** @param {import('../types.js').Series | undefined} series */
function faultWords(series) {
  const { fault, reason } = series ? stackOf(series.frames) : { fault: "", reason: "" };
  return fault && `${reason[0].toUpperCase()}${reason.slice(1)}`;
}

/** @param {Viewport} viewport */
function placeLines({ shown }) {
  if (!shown) return [];
  const { slice_thickness: thickness, spacing, regions } = displayOf(shown);
  const plane = planeOf(shown);
  return [
    plane ? `Position ${placeAlongNormal(plane).toFixed(1)} mm` : "",
    thickness ? `Slice ${Number(thickness.toFixed(2))} mm` : "",
    spacingInWords(spacing, regions),
  ];
}

/**
 * @param {Viewport} viewport
 * @param {boolean} isSmall
 */
function greyLines(viewport, isSmall) {
  if (!viewport.shown) return [];
  const { voi, view, grey } = viewport;
  const transformed = [
    view.isFlippedH ? "flipped ↔" : "",
    view.isFlippedV ? "flipped ↕" : "",
    view.quarterTurns ? `turned ${view.quarterTurns * 90}°` : "",
    grey.isInverted ? "inverted" : "",
  ];
  return [
    transformed.filter(Boolean).join(", "),
    voi ? voiInWords(voi) : "Colour",
    isSmall ? "" : `Zoom ${Math.round(view.zoom * devicePixelRatio * 100)}%`,
  ];
}

/**
 * The value under the pointer, in modality units.
 * @param {Viewport} viewport
 * @param {Point} at
 */
function valueInWords(viewport, at) {
  const { shown, pixels } = viewport;
  if (!shown || !pixels) return "";
  const point = viewport.toImage(at);
  const [column, row] = [Math.floor(point.x), Math.floor(point.y)];
  if (column < 0 || row < 0 || column >= pixels.columns || row >= pixels.rows) return "";
  const place = isSmallPane(viewport) ? "" : `x ${column} y ${row}: `;
  const start = (row * pixels.columns + column) * pixels.samples;
  if (pixels.samples === 3) return `${place}${pixels.values.slice(start, start + 3).join(" ")}`;
  const { display } = shown.instance;
  const value = Number(modalityValue(display, pixels.values[start]).toFixed(2));
  return `${place}${value} ${display.rescale_type === "US" ? "" : display.rescale_type}`.trimEnd();
}

/**
 * @param {HTMLElement} host
 * @param {Viewport} viewport
 */
function drawLetters(host, { shown, view }) {
  const letters = shown && edgeLetters(displayOf(shown), view);
  for (const edge of /** @type {const} */ (["top", "right", "bottom", "left"])) {
    write(partOf(host, `edge-${edge}`), letters ? letters[edge] : "");
  }
}

/**
 * @param {HTMLElement} host
 * @param {Viewport} viewport
 */
function drawScale(host, { shown, spacing, view, size }) {
  const bar = partOf(host, "scale");
  bar.hidden = !shown;
  if (!shown) return;
  const { pixels, words } = scaleBar(spacing, view.zoom, Math.min(BAR_PX, size.width / 4));
  bar.style.width = `${pixels}px`;
  write(bar, words);
}
