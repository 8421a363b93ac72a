/** Where an image lies on the screen: pure functions between image pixels and CSS pixels. */

/** @typedef {import('../types.js').Matrix} Matrix */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Size} Size */
/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').Spacing} Spacing */
/** @typedef {import('../types.js').ImageShape} ImageShape */

/**
 * How it is looked at. Flips are along the screen's axes and follow the turning.
 * @typedef {object} ViewState
 * @property {number} zoom  CSS pixels per unit, where the smaller side of an image pixel is one unit
 * @property {number} panX  of the image's centre from the viewport's centre, CSS pixels
 * @property {number} panY
 * @property {number} quarterTurns  clockwise, 0 to 3
 * @property {boolean} isFlippedH
 * @property {boolean} isFlippedV
 */

export const MIN_ZOOM = 0.02;
export const MAX_ZOOM = 64;

/** @returns {ViewState} */
export function plainView() {
  return { zoom: 1, panX: 0, panY: 0, quarterTurns: 0, isFlippedH: false, isFlippedV: false };
}

/**
 * The shape of one pixel on the screen, from its spacing or else from PixelAspectRatio (vertical, horizontal).
 * @param {Spacing | null} spacing
 * @param {[number, number] | null} ratio
 * @returns {Size}
 */
export function pixelShape(spacing, ratio) {
  const height = spacing ? spacing.row_mm : (ratio?.[0] ?? 1);
  const width = spacing ? spacing.column_mm : (ratio?.[1] ?? 1);
  if (!(height > 0 && width > 0 && Number.isFinite(height / width))) return { width: 1, height: 1 };
  const unit = Math.min(width, height);
  return { width: width / unit, height: height / unit };
}

/**
 * Size on the screen at zoom 1, turned.
 * @param {ImageShape} image
 * @param {number} quarterTurns
 * @returns {Size}
 */
export function turnedSize(image, quarterTurns) {
  const width = image.columns * image.pixel.width;
  const height = image.rows * image.pixel.height;
  return quarterTurns % 2 ? { width: height, height: width } : { width, height };
}

/**
 * @param {ImageShape} image
 * @param {Size} viewport
 * @param {number} quarterTurns
 */
export function fitZoom(image, viewport, quarterTurns) {
  const size = turnedSize(image, quarterTurns);
  return clampZoom(Math.min(viewport.width / size.width, viewport.height / size.height));
}

/**
 * The pan that puts the picture's edge at the same edge of the viewport; 0 puts its centre in the middle.
 * @param {ImageShape} image
 * @param {Size} viewport
 * @param {ViewState} view
 * @param {"" | "left" | "right"} edge
 */
export function alignedPan(image, viewport, view, edge) {
  if (!edge) return 0;
  const room = (viewport.width - turnedSize(image, view.quarterTurns).width * view.zoom) / 2;
  return edge === "left" ? -room : room;
}

/** @param {number} zoom */
export function clampZoom(zoom) {
  return Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));
}

/**
 * The matrix from image pixels to CSS pixels of the viewport. The image's first corner is put on a device
 * pixel, so that at 1:1 every image pixel covers exactly one device pixel.
 * @param {ImageShape} image
 * @param {Size} viewport
 * @param {ViewState} view
 * @param {number} devicePixelRatio
 * @returns {Matrix}
 */
export function viewMatrix(image, viewport, view, devicePixelRatio) {
  const [cosine, sine] = [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ][view.quarterTurns];
  const flipX = view.isFlippedH ? -1 : 1;
  const flipY = view.isFlippedV ? -1 : 1;
  const scaleX = view.zoom * image.pixel.width;
  const scaleY = view.zoom * image.pixel.height;
  const a = flipX * cosine * scaleX;
  const b = flipY * sine * scaleX;
  const c = -flipX * sine * scaleY;
  const d = flipY * cosine * scaleY;
  const e = viewport.width / 2 + view.panX - (a * image.columns + c * image.rows) / 2;
  const f = viewport.height / 2 + view.panY - (b * image.columns + d * image.rows) / 2;
  const snap = (/** @type {number} */ value) => Math.round(value * devicePixelRatio) / devicePixelRatio;
  return [a, b, c, d, snap(e), snap(f)];
}

/**
 * @param {Matrix} matrix
 * @param {Point} point
 * @returns {Point}
 */
export function transformPoint([a, b, c, d, e, f], { x, y }) {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

/**
 * @param {Matrix} matrix
 * @returns {Matrix}
 */
export function invertMatrix([a, b, c, d, e, f]) {
  const determinant = a * d - b * c;
  return [
    d / determinant,
    -b / determinant,
    -c / determinant,
    a / determinant,
    (c * f - d * e) / determinant,
    (b * e - a * f) / determinant,
  ];
}

/**
 * A box under a matrix without shear: again a box.
 * @param {Matrix} matrix
 * @param {Box} box
 * @returns {Box}
 */
export function transformBox(matrix, box) {
  const first = transformPoint(matrix, box);
  const second = transformPoint(matrix, { x: box.x + box.width, y: box.y + box.height });
  return {
    x: Math.min(first.x, second.x),
    y: Math.min(first.y, second.y),
    width: Math.abs(second.x - first.x),
    height: Math.abs(second.y - first.y),
  };
}

/**
 * Zoom so that the image point under `at` (CSS pixels) stays there.
 * @param {ViewState} view
 * @param {Size} viewport
 * @param {number} zoom
 * @param {Point} at
 * @returns {ViewState}
 */
export function zoomAt(view, viewport, zoom, at) {
  const factor = clampZoom(zoom) / view.zoom;
  const dx = at.x - viewport.width / 2;
  const dy = at.y - viewport.height / 2;
  return {
    ...view,
    zoom: view.zoom * factor,
    panX: dx - (dx - view.panX) * factor,
    panY: dy - (dy - view.panY) * factor,
  };
}

/**
 * Mirror what is on the screen, about its centre.
 * @param {ViewState} view
 * @param {"horizontal" | "vertical"} direction
 * @returns {ViewState}
 */
export function flipView(view, direction) {
  return direction === "horizontal"
    ? { ...view, isFlippedH: !view.isFlippedH, panX: -view.panX }
    : { ...view, isFlippedV: !view.isFlippedV, panY: -view.panY };
}

/**
 * Turn what is on the screen a quarter clockwise. A mirrored picture turns the other way underneath.
 * @param {ViewState} view
 * @returns {ViewState}
 */
export function turnView(view) {
  const step = view.isFlippedH === view.isFlippedV ? 1 : 3;
  return { ...view, quarterTurns: (view.quarterTurns + step) % 4, panX: -view.panY, panY: view.panX };
}
