/** Turn frame bytes into stored values. The inverse of the server's encoding; runs in a worker or inline. */

/** @typedef {import('../types.js').Pixels} Pixels */

/**
 * @typedef {object} FrameFormat
 * @property {number} rows
 * @property {number} columns
 * @property {1 | 3} samples
 * @property {8 | 16 | 32} bits
 * @property {boolean} isSigned
 * @property {boolean} [isFloat]
 */

/**
 * @param {ArrayBuffer} buffer
 * @param {FrameFormat} format
 * @returns {Pixels}
 */
export function decodeFrame(buffer, format) {
  const bytes = new Uint8Array(buffer);
  const expected = format.rows * format.columns * format.samples * (format.bits / 8);
  if (bytes.length !== expected) throw new Error(`frame has ${bytes.length} bytes instead of ${expected}`);
  const decode = { 8: decode8, 16: decode16, 32: decode32 }[format.bits];
  const values = decode(bytes, format);
  return { values, rows: format.rows, columns: format.columns, samples: format.samples };
}

/**
 * Byte planes (all low bytes, then all high bytes) of zigzagged differences along each row.
 * @param {Uint8Array} bytes
 * @param {FrameFormat} format
 */
function decode16(bytes, { rows, columns, isSigned }) {
  const count = rows * columns;
  const values = isSigned ? new Int16Array(count) : new Uint16Array(count);
  for (let start = 0; start < count; start += columns) {
    let value = 0;
    for (let i = start; i < start + columns; i += 1) {
      const zigzag = bytes[i] | (bytes[count + i] << 8);
      value = (value + ((zigzag >>> 1) ^ -(zigzag & 1))) | 0;
      values[i] = value;
    }
  }
  return values;
}

/**
 * The same with four byte planes. The bits of floating point are coded as if they were integers.
 * @param {Uint8Array} bytes
 * @param {FrameFormat} format
 */
function decode32(bytes, { rows, columns, isSigned, isFloat }) {
  const count = rows * columns;
  const values = new Int32Array(count);
  for (let start = 0; start < count; start += columns) {
    let value = 0;
    for (let i = start; i < start + columns; i += 1) {
      const low = bytes[i] | (bytes[count + i] << 8);
      const zigzag = low | (bytes[2 * count + i] << 16) | (bytes[3 * count + i] << 24);
      value = (value + ((zigzag >>> 1) ^ -(zigzag & 1))) | 0;
      values[i] = value;
    }
  }
  if (isFloat) return new Float32Array(values.buffer);
  return isSigned ? values : new Uint32Array(values.buffer);
}

/**
 * Differences along each row per channel, modulo 256.
 * @param {Uint8Array} bytes
 * @param {FrameFormat} format
 */
function decode8(bytes, { columns, samples, isSigned }) {
  const width = columns * samples;
  for (let start = 0; start < bytes.length; start += width) {
    for (let i = start + samples; i < start + width; i += 1) bytes[i] = bytes[i] + bytes[i - samples];
  }
  return isSigned ? Int16Array.from(new Int8Array(bytes.buffer)) : bytes;
}
