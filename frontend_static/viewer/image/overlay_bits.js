/** Overlay planes of an image (PS3.3 C.9.2): which belong to a frame, and their bits. */

/** @typedef {import('../types.js').OverlayPlane} OverlayPlane */

/**
 * @param {import('../types.js').FrameRef} ref
 * @returns {OverlayPlane[]}
 */
export function planesOn({ frame, instance }) {
  return (instance.overlays ?? []).filter(
    ({ first_frame: first, frames }) => first === 0 || (frame >= first && frame < first + frames),
  );
}

/**
 * A byte of 0 or 1 for each pixel of one of its frames.
 * @param {Uint8Array} bits  all frames without gaps, the first in the lowest bit
 * @param {OverlayPlane} plane
 * @param {number} index  from 0
 */
export function frameBits(bits, { rows, columns, frames }, index) {
  const count = rows * columns;
  if (bits.length < Math.ceil((count * frames) / 8)) throw new Error("the overlay is shorter than its size");
  return Uint8Array.from({ length: count }, (_, at) => {
    const place = count * index + at;
    return (bits[place >> 3] >> (place & 7)) & 1;
  });
}
