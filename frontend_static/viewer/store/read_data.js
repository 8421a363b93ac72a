/** Unfold the read page's JSON into series of frames. */

/** @typedef {import('../types.js').Read} Read */
/** @typedef {import('../types.js').Series} Series */
/** @typedef {import('../types.js').Instance} Instance */
/** @typedef {import('../types.js').FrameRef} FrameRef */

/** @type {import('../types.js').Display} */
const PLAIN_DISPLAY = {
  rescale_slope: 1,
  rescale_intercept: 0,
  rescale_type: "",
  modality_lut: null,
  windows: [],
  voi_luts: [],
  voi_function: "LINEAR",
  presentation_lut_shape: "",
  pixel_padding: null,
  range: null,
  spacing: null,
  pixel_aspect_ratio: [1, 1],
  position: null,
  orientation: null,
  laterality: "",
  view_position: "",
  slice_thickness: null,
};

/**
 * What is equal in all instances of a series is sent once, under `common`.
 * @param {Record<string, any>} data
 * @returns {Read}
 */
export function openRead(data) {
  return /** @type {Read} */ ({ ...data, series: data.series.map(openSeries) });
}

/**
 * @param {Record<string, any>} data
 * @returns {Series}
 */
function openSeries({ common = {}, instances, ...series }) {
  const whole = instances.map((/** @type {Record<string, any>} */ own) => ({
    not_displayable: "",
    ...common,
    ...own,
    display: { ...PLAIN_DISPLAY, ...common.display, ...own.display },
  }));
  const frames = whole.flatMap(framesOf);
  frames.forEach((/** @type {FrameRef} */ ref, /** @type {number} */ index) => (ref.index = index));
  return /** @type {Series} */ ({ ...series, frames });
}

/**
 * In the order in which they are shown. A frame whose functional groups say something of its own has an instance of
 * its own.
 * @param {Instance} instance
 * @returns {FrameRef[]}
 */
function framesOf(instance) {
  const { frames, frame_order: order, ...display } = instance.display;
  const count = Math.max(1, instance.number_of_frames);
  const whole = { ...instance, display };
  return (order ?? Array.from({ length: count }, (_, index) => index + 1)).map((frame) => ({
    key: frameKey(instance.sop_instance_uid, frame),
    frame,
    index: 0,
    url: (instance.frame_url ?? "").replace("{frame}", String(frame)),
    instance: frames ? { ...whole, display: { ...display, ...frames[frame - 1] } } : whole,
  }));
}

/**
 * @param {string} sopInstanceUid
 * @param {number} frame
 */
export function frameKey(sopInstanceUid, frame) {
  return `${sopInstanceUid}#${frame}`;
}
