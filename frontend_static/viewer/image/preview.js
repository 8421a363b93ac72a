/** The first picture of a large film: small, as the file wants it shown, and only to look at until the film is there. */

/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('../types.js').Matrix} Matrix */
/** @typedef {{columns: number, rows: number}} Size */

/**
 * @param {ArrayBuffer} buffer  JPEG or WebP
 * @returns {Promise<Pixels>}  greys or colours as they are shown, never stored values
 */
export async function decodePreview(buffer) {
  const bitmap = await createImageBitmap(new Blob([buffer]));
  const { width: columns, height: rows } = bitmap;
  const canvas = new OffscreenCanvas(columns, rows);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, columns, rows);
  const values = new Uint8Array(columns * rows * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    values[to] = data[from];
    values[to + 1] = data[from + 1];
    values[to + 2] = data[from + 2];
  }
  return { values, rows, columns, samples: 3 };
}

/**
 * Where the preview is drawn so that it lies just where the film will.
 * @param {Matrix} matrix  of the film
 * @param {Size} film
 * @param {Size} preview
 * @returns {Matrix}
 */
export function previewMatrix([a, b, c, d, e, f], film, preview) {
  const [x, y] = [film.columns / preview.columns, film.rows / preview.rows];
  return [a * x, b * x, c * y, d * y, e, f];
}
