/** Samples planes from a volume of frames. Pure: it runs in the worker, or inline where there is none. */

/** @typedef {import('../types.js').Pixels} Pixels */
/** @typedef {import('../geometry/reformat.js').Side} Side */
/** @typedef {import('../geometry/reformat.js').SlabMode} SlabMode */
/** @typedef {import('../types.js').Pixels["values"]} Values */
/** @typedef {[low: number, high: number]} Padding  stored values that are no picture, both ends too */
/** @typedef {{factor: number, offset: number}} Scale  of one slice, to the values that all slices share */

/**
 * @typedef {object} Voxels
 * @property {Values[]} slices
 * @property {number} columns
 * @property {number} rows
 * @property {Scale[] | null} scales  null: stored values mean the same in all slices
 * @property {(Padding | null)[] | null} [paddings]  of each slice; null: no slice has padding
 */

/**
 * @typedef {object} Cut
 * @property {Side} across
 * @property {Side} down
 * @property {number} through  the axis from picture to picture
 * @property {number[]} steps_mm  of all axes
 * @property {number} pixel_mm
 * @property {number} columns
 * @property {number} rows
 * @property {number} layer  in the middle of the slab
 * @property {number} layers  of the slab, an odd number; those outside the volume are left out
 * @property {SlabMode} mode
 * @property {boolean} isNearest  no interpolation
 */

/**
 * @param {Voxels} voxels
 * @param {Cut} cut
 * @returns {Pixels}
 */
export function reslice(voxels, cut) {
  const counts = [voxels.columns, voxels.rows, voxels.slices.length];
  const sheet = flattened(voxels, cut, counts);
  const across = samples(cut.across, cut.columns, counts, cut);
  const down = samples(cut.down, cut.rows, counts, cut);
  const values = newValues(voxels.slices[0], cut.columns * cut.rows);
  const write = writer(values, voxels.scales !== null);
  const padding = voxels.paddings?.find(Boolean);
  if (padding) interpolateKnown(sheet, counts[cut.across.axis], { across, down }, write, padding[0]);
  else interpolate(sheet, counts[cut.across.axis], across, down, write);
  return /** @type {Pixels} */ ({ values, rows: cut.rows, columns: cut.columns, samples: 1 });
}

/**
 * @param {Values} like
 * @param {number} length
 */
const newValues = (like, length) => new /** @type {any} */ (like.constructor)(length);

/** @type {Record<SlabMode, {start: number, fold: typeof addLine, foldKnown: typeof addKnown}>} */
const MODES = {
  mean: { start: 0, fold: addLine, foldKnown: addKnown },
  max: { start: -Infinity, fold: raiseLine, foldKnown: raiseKnown },
  min: { start: Infinity, fold: lowerLine, foldKnown: lowerKnown },
};

/**
 * The slab as one layer, in voxels of the volume: rows go along `across`. NaN where there is padding only.
 * @param {Voxels} voxels
 * @param {Cut} cut
 * @param {number[]} counts
 */
function flattened({ slices, columns, scales, paddings }, cut, counts) {
  const { start, fold, foldKnown } = MODES[cut.mode];
  const sheet = new Float64Array(counts[cut.across.axis] * counts[cut.down.axis]).fill(start);
  // How many layers of the slab have a value.
  const found = new Uint16Array(paddings ? sheet.length : 0);
  const layers = eachLine(columns, cut, counts, (slice, source, target, pace, length) => {
    const { factor, offset } = scales?.[slice] ?? PLAIN;
    if (!paddings) fold(sheet, target, pace, slices[slice], source, length, factor, offset);
    else {
      const { 0: low, 1: high } = paddings[slice] ?? NONE;
      foldKnown(sheet, target, pace, slices[slice], source, length, factor, offset, low, high, found);
    }
  });
  const isMean = cut.mode === "mean";
  if (paddings)
    for (let i = 0; i < sheet.length; i += 1) sheet[i] = found[i] ? sheet[i] / (isMean ? found[i] : 1) : NaN;
  else if (isMean && layers > 1) for (let i = 0; i < sheet.length; i += 1) sheet[i] /= layers;
  return sheet;
}

/**
 * Call for each line of voxels in the slab that lies in one row of one slice.
 * @param {number} columns
 * @param {Cut} cut
 * @param {number[]} counts
 * @param {(slice: number, source: number, target: number, pace: number, length: number) => void} visit
 * @returns {number}  layers
 */
function eachLine(columns, cut, counts, visit) {
  const half = (cut.layers - 1) / 2;
  const from = [0, 0, 0];
  const to = [...counts];
  from[cut.through] = Math.max(0, cut.layer - half);
  to[cut.through] = Math.min(counts[cut.through], cut.layer + half + 1);
  const pace = [0, 0, 0];
  pace[cut.across.axis] = 1;
  pace[cut.down.axis] = counts[cut.across.axis];
  const length = to[0] - from[0];
  for (let slice = from[2]; slice < to[2]; slice += 1) {
    for (let row = from[1]; row < to[1]; row += 1) {
      const target = slice * pace[2] + row * pace[1] + (pace[0] && from[0]);
      visit(slice, row * columns + from[0], target, pace[0], length);
    }
  }
  return to[cut.through] - from[cut.through];
}

const PLAIN = { factor: 1, offset: 0 };
/** @type {Padding} */
const NONE = [Infinity, -Infinity];

/**
 * @param {Float64Array} sheet
 * @param {number} target
 * @param {number} pace
 * @param {Values} values
 * @param {number} source
 * @param {number} length
 * @param {number} factor
 * @param {number} offset
 */
function addLine(sheet, target, pace, values, source, length, factor, offset) {
  for (let i = 0; i < length; i += 1, target += pace) sheet[target] += values[source + i] * factor + offset;
}

/** @type {typeof addLine} */
function raiseLine(sheet, target, pace, values, source, length, factor, offset) {
  for (let i = 0; i < length; i += 1, target += pace) {
    const value = values[source + i] * factor + offset;
    if (value > sheet[target]) sheet[target] = value;
  }
}

/** @type {typeof addLine} */
function lowerLine(sheet, target, pace, values, source, length, factor, offset) {
  for (let i = 0; i < length; i += 1, target += pace) {
    const value = values[source + i] * factor + offset;
    if (value < sheet[target]) sheet[target] = value;
  }
}

/**
 * @param {Float64Array} sheet
 * @param {number} target
 * @param {number} pace
 * @param {Values} values
 * @param {number} source
 * @param {number} length
 * @param {number} factor
 * @param {number} offset
 * @param {number} low
 * @param {number} high
 * @param {Uint16Array} found
 */
function addKnown(sheet, target, pace, values, source, length, factor, offset, low, high, found) {
  for (let i = 0; i < length; i += 1, target += pace) {
    const stored = values[source + i];
    if (stored >= low && stored <= high) continue;
    sheet[target] += stored * factor + offset;
    found[target] += 1;
  }
}

/** @type {typeof addKnown} */
function raiseKnown(sheet, target, pace, values, source, length, factor, offset, low, high, found) {
  for (let i = 0; i < length; i += 1, target += pace) {
    const stored = values[source + i];
    if (stored >= low && stored <= high) continue;
    const value = stored * factor + offset;
    if (value > sheet[target]) sheet[target] = value;
    found[target] = 1;
  }
}

/** @type {typeof addKnown} */
function lowerKnown(sheet, target, pace, values, source, length, factor, offset, low, high, found) {
  for (let i = 0; i < length; i += 1, target += pace) {
    const stored = values[source + i];
    if (stored >= low && stored <= high) continue;
    const value = stored * factor + offset;
    if (value < sheet[target]) sheet[target] = value;
    found[target] = 1;
  }
}

/**
 * Between which two voxels each pixel's centre lies, and how far from the first; at the volume's edge the outermost
 * voxel goes on.
 * @param {Side} side
 * @param {number} length
 * @param {number[]} counts
 * @param {Cut} cut
 */
function samples({ axis, isReversed }, length, counts, { pixel_mm: pixel, steps_mm: steps, isNearest }) {
  const last = counts[axis] - 1;
  const low = new Int32Array(length);
  const high = new Int32Array(length);
  const share = new Float64Array(length);
  for (let i = 0; i < length; i += 1) {
    const along = Math.min(last, Math.max(0, ((i + 0.5) * pixel) / steps[axis] - 0.5));
    const place = isReversed ? last - along : along;
    const whole = Math.round(place);
    const isOnVoxel = isNearest || Math.abs(place - whole) < 1e-6;
    low[i] = isOnVoxel ? whole : Math.floor(place);
    high[i] = isOnVoxel ? whole : low[i] + 1;
    share[i] = isOnVoxel ? 0 : place - low[i];
  }
  return { low, high, share };
}

/** @typedef {ReturnType<typeof samples>} Samples */

/**
 * @param {Float64Array} sheet
 * @param {number} width
 * @param {Samples} across
 * @param {Samples} down
 * @param {(index: number, value: number) => void} write
 */
function interpolate(sheet, width, across, down, write) {
  const line = new Float64Array(width);
  const columns = across.low.length;
  for (let y = 0; y < down.low.length; y += 1) {
    const [upper, lower, share] = [down.low[y] * width, down.high[y] * width, down.share[y]];
    for (let i = 0; i < width; i += 1) line[i] = sheet[upper + i] * (1 - share) + sheet[lower + i] * share;
    for (let x = 0; x < columns; x += 1) {
      const part = across.share[x];
      write(y * columns + x, line[across.low[x]] * (1 - part) + line[across.high[x]] * part);
    }
  }
}

/**
 * Padding takes no part: a pixel is what lies around it, or padding where the nearest voxel is.
 * @param {Float64Array} sheet  NaN: padding
 * @param {number} width
 * @param {{across: Samples, down: Samples}} places
 * @param {(index: number, value: number) => void} write
 * @param {number} padding
 */
function interpolateKnown(sheet, width, { across, down }, write, padding) {
  const columns = across.low.length;
  for (let y = 0; y < down.low.length; y += 1) {
    const [upper, lower, low] = [down.low[y] * width, down.high[y] * width, down.share[y]];
    for (let x = 0; x < columns; x += 1) {
      const far = across.share[x];
      const [one, two] = [sheet[upper + across.low[x]], sheet[upper + across.high[x]]];
      const [three, four] = [sheet[lower + across.low[x]], sheet[lower + across.high[x]]];
      const value = (one * (1 - far) + two * far) * (1 - low) + (three * (1 - far) + four * far) * low;
      write(
        y * columns + x,
        value === value ? value : (besidePadding([one, two, three, four], far, low) ?? padding),
      );
    }
  }
}

/**
 * @param {number[]} voxels  upper left, upper right, lower left, lower right
 * @param {number} far
 * @param {number} low
 * @returns {number | null}  null: the nearest is padding
 */
function besidePadding(voxels, far, low) {
  const nearest = voxels[(low < 0.5 ? 0 : 2) + (far < 0.5 ? 0 : 1)];
  if (nearest !== nearest) return null;
  const parts = [(1 - far) * (1 - low), far * (1 - low), (1 - far) * low, far * low];
  let [sum, weight] = [0, 0];
  voxels.forEach((value, index) => {
    if (value !== value) return;
    sum += value * parts[index];
    weight += parts[index];
  });
  return sum / weight;
}

/**
 * @param {Values} values
 * @param {boolean} mayOverflow
 * @returns {(index: number, value: number) => void}
 */
function writer(values, mayOverflow) {
  if (values instanceof Float32Array) return (index, value) => (values[index] = value);
  if (!mayOverflow) return (index, value) => (values[index] = Math.round(value));
  const [low, high] = limitsOf(values);
  return (index, value) => (values[index] = Math.min(high, Math.max(low, Math.round(value))));
}

/**
 * @param {Values} values
 * @returns {[number, number]}
 */
function limitsOf(values) {
  const most = 2 ** (8 * values.BYTES_PER_ELEMENT);
  const isSigned = values instanceof Int16Array || values instanceof Int32Array;
  return isSigned ? [-most / 2, most / 2 - 1] : [0, most - 1];
}

/**
 * What one rescale for all slices is, and how each slice's stored values lead to it. The steepest is taken, so that
 * values still fit.
 * @param {{rescale_slope: number, rescale_intercept: number}[]} rescales
 * @returns {{slope: number, intercept: number, scales: Scale[] | null}}
 */
export function sharedScale(rescales) {
  const steepest = rescales.reduce((best, each) =>
    Math.abs(each.rescale_slope) > Math.abs(best.rescale_slope) ? each : best,
  );
  const { rescale_slope: slope, rescale_intercept: intercept } = steepest;
  const isOne = rescales.every(
    (each) => each.rescale_slope === slope && each.rescale_intercept === intercept,
  );
  const scales = rescales.map((each) => ({
    factor: each.rescale_slope / slope,
    offset: (each.rescale_intercept - intercept) / slope,
  }));
  return { slope, intercept, scales: isOne || !slope ? null : scales };
}
