/** The graphics-card back-end: stored values as an integer texture, the table as a second one. */

import { fragmentShader, vertexShader } from "./shaders.js";

/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('../types.js').Matrix} Matrix */
/** @typedef {import('./renderer.js').Renderer} Renderer */
/** @typedef {"signed" | "unsigned" | "colour"} Kind */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} onRestored
 * @returns {Renderer | null}
 */
export function createWebgl2(canvas, onRestored) {
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false });
  if (!gl) return null;
  /** @type {Pixels | null} */
  let pixels = null;
  /** @type {Uint8Array} */
  let table = new Uint8Array(65536);
  let resources = createResources(gl);

  canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
  canvas.addEventListener("webglcontextrestored", () => {
    resources = createResources(gl);
    onRestored();
  });

  return {
    kind: "webgl2",
    maxSide: gl.getParameter(gl.MAX_TEXTURE_SIZE),
    setPixels(next) {
      pixels = next;
      resources.hasPixels = false;
    },
    setTable(next) {
      table = next;
      resources.hasTable = false;
    },
    draw(matrix) {
      if (gl.isContextLost()) return;
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      if (!pixels) return;
      if (!resources.hasPixels) uploadPixels(gl, resources, pixels);
      if (!resources.hasTable) uploadTable(gl, resources, table);
      paint(gl, resources, pixels, matrix, canvas);
    },
  };
}

/** @param {WebGL2RenderingContext} gl */
function createResources(gl) {
  return {
    /** @type {Map<Kind, {program: WebGLProgram, at: (name: string) => WebGLUniformLocation | null}>} */
    programs: new Map(),
    pixels: /** @type {WebGLTexture | null} */ (null),
    layout: "",
    table: newTexture(gl, 1),
    hasPixels: false,
    hasTable: false,
  };
}

/** @typedef {ReturnType<typeof createResources>} Resources */

/**
 * @param {WebGL2RenderingContext} gl
 * @param {number} unit
 */
function newTexture(gl, unit) {
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  return texture;
}

/**
 * @param {Pixels} pixels
 * @returns {Kind}
 */
function kindOf({ samples, values }) {
  if (samples === 3) return "colour";
  return values instanceof Int16Array ? "signed" : "unsigned";
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {Pixels} pixels
 */
function textureFormat(gl, { samples, values }) {
  if (samples === 3) return [gl.RGB8UI, gl.RGB_INTEGER, gl.UNSIGNED_BYTE];
  if (values instanceof Int16Array) return [gl.R16I, gl.RED_INTEGER, gl.SHORT];
  if (values instanceof Uint16Array) return [gl.R16UI, gl.RED_INTEGER, gl.UNSIGNED_SHORT];
  return [gl.R8UI, gl.RED_INTEGER, gl.UNSIGNED_BYTE];
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {Resources} resources
 * @param {Pixels} pixels
 */
function uploadPixels(gl, resources, pixels) {
  const { columns, rows } = pixels;
  const [internal, format, type] = textureFormat(gl, pixels);
  const layout = `${internal} ${columns} ${rows}`;
  if (layout !== resources.layout) {
    gl.deleteTexture(resources.pixels);
    resources.pixels = newTexture(gl, 0);
    gl.texStorage2D(gl.TEXTURE_2D, 1, internal, columns, rows);
    resources.layout = layout;
  }
  gl.activeTexture(gl.TEXTURE0);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, columns, rows, format, type, pixels.values);
  resources.hasPixels = true;
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {Resources} resources
 * @param {Uint8Array} table
 */
function uploadTable(gl, resources, table) {
  gl.activeTexture(gl.TEXTURE1);
  gl.bindTexture(gl.TEXTURE_2D, resources.table);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, 256, 256, 0, gl.RED, gl.UNSIGNED_BYTE, table);
  resources.hasTable = true;
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {Resources} resources
 * @param {Pixels} pixels
 * @param {Matrix} matrix
 * @param {HTMLCanvasElement} canvas
 */
function paint(gl, resources, pixels, [a, b, c, d, e, f], { width, height }) {
  const kind = kindOf(pixels);
  const { program, at } = resources.programs.get(kind) ?? compile(gl, resources, kind);
  gl.useProgram(program);
  // From device pixels (y down) to clip space (y up).
  const [sx, sy] = [2 / width, -2 / height];
  gl.uniform4f(at("u_matrix"), a * sx, b * sy, c * sx, d * sy);
  gl.uniform2f(at("u_offset"), e * sx - 1, f * sy + 1);
  gl.uniform2i(at("u_size"), pixels.columns, pixels.rows);
  // Image pixels per device pixel along each image axis: above 1 the shader averages.
  gl.uniform2f(at("u_step"), 1 / Math.hypot(a, b), 1 / Math.hypot(c, d));
  gl.uniform1i(at("u_pixels"), 0);
  gl.uniform1i(at("u_table"), 1);
  gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {Resources} resources
 * @param {Kind} kind
 */
function compile(gl, resources, kind) {
  const program = gl.createProgram();
  const sources = /** @type {const} */ ([
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader(kind)],
  ]);
  for (const [type, source] of sources) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(type));
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`the ${kind} shader does not compile: ${gl.getProgramInfoLog(program)}`);
  }
  const compiled = { program, at: (/** @type {string} */ name) => gl.getUniformLocation(program, name) };
  resources.programs.set(kind, compiled);
  return compiled;
}
