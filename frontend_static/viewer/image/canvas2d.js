/** The back-end without a graphics card: the table is applied here, the canvas scales. */

/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('./renderer.js').Renderer} Renderer */

const OPAQUE = 0xff000000;

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Renderer}
 */
export function createCanvas2d(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  /** @type {Pixels | null} */
  let pixels = null;
  /** @type {Uint8Array} */
  let table = new Uint8Array(65536);
  /** @type {{canvas: OffscreenCanvas, context: OffscreenCanvasRenderingContext2D, image: ImageData} | null} */
  let picture = null;
  let isStale = true;

  /** @param {Pixels} shown */
  function develop(shown) {
    if (picture?.image.width !== shown.columns || picture.image.height !== shown.rows) {
      picture = newPicture(shown);
    }
    const target = new Uint32Array(picture.image.data.buffer);
    if (shown.samples === 3) fillColour(target, shown.values, table);
    else fillGrey(target, shown.values, table);
    picture.context.putImageData(picture.image, 0, 0);
    isStale = false;
    return picture.canvas;
  }

  return {
    kind: "2d",
    maxSide: 16384,
    setPixels(next) {
      pixels = next;
      isStale = true;
    },
    setTable(next) {
      table = next;
      isStale = true;
    },
    draw(matrix) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = "#000";
      context.fillRect(0, 0, canvas.width, canvas.height);
      if (!pixels) return;
      const source = isStale || !picture ? develop(pixels) : picture.canvas;
      const scale = Math.hypot(matrix[0], matrix[1]);
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = scale < 0.5 ? "medium" : "low";
      context.setTransform(...matrix);
      context.drawImage(source, 0, 0);
    },
  };
}

/** @param {Pixels} pixels */
function newPicture({ columns, rows }) {
  const canvas = new OffscreenCanvas(columns, rows);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
    canvas.getContext("2d", { alpha: false })
  );
  return { canvas, context, image: context.createImageData(columns, rows) };
}

/**
 * @param {Uint32Array} target
 * @param {Pixels["values"]} values
 * @param {Uint8Array} table
 */
function fillGrey(target, values, table) {
  for (let i = 0; i < target.length; i += 1) {
    const grey = table[values[i] & 0xffff];
    target[i] = OPAQUE | (grey << 16) | (grey << 8) | grey;
  }
}

/**
 * @param {Uint32Array} target
 * @param {Pixels["values"]} values
 * @param {Uint8Array} table
 */
function fillColour(target, values, table) {
  for (let i = 0, from = 0; i < target.length; i += 1, from += 3) {
    target[i] =
      OPAQUE | (table[values[from + 2]] << 16) | (table[values[from + 1]] << 8) | table[values[from]];
  }
}
