/** Types only: what the read page is given (the JSON of /api/reads/<id>/) and what the viewer passes around. */

/**
 * Geometry. Image coordinates are (column, row) floats, (0, 0) at the outer corner of the first pixel.
 * @typedef {{x: number, y: number}} Point
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {[number, number, number, number, number, number]} Matrix  a b c d e f, as SVG and canvas have them
 */

/**
 * @typedef {object} Spacing
 * @property {number} row_mm  distance between rows
 * @property {number} column_mm  distance between columns
 * @property {string} source  the DICOM attribute it came from
 */

/**
 * @typedef {{center: number, width: number, name: string}} FileWindow
 * @typedef {{name: string, first: number, bits: number, values: number[]}} VoiLut
 * @typedef {"LINEAR" | "LINEAR_EXACT" | "SIGMOID"} VoiFunction
 */

/**
 * @typedef {object} Display
 * @property {number} rescale_slope
 * @property {number} rescale_intercept
 * @property {string} rescale_type
 * @property {{first: number, values: number[]} | null} modality_lut
 * @property {FileWindow[]} windows
 * @property {VoiLut[]} voi_luts
 * @property {VoiFunction} voi_function
 * @property {"" | "IDENTITY" | "INVERSE"} presentation_lut_shape
 * @property {[number, number] | null} pixel_padding
 * @property {[number, number] | null} range
 * @property {Spacing | null} spacing
 * @property {{x0: number, y0: number, x1: number, y1: number, row_mm: number, column_mm: number}[]} [regions]
 *   of ultrasound, each with a spacing of its own
 * @property {[number, number]} pixel_aspect_ratio  vertical, horizontal
 * @property {number[] | null} position
 * @property {number[] | null} orientation
 * @property {string} laterality
 * @property {string} view_position
 * @property {number | null} slice_thickness
 * @property {string} [frame_of_reference_uid]
 * @property {number | null} [frame_time_ms]
 * @property {string[] | null} [patient_orientation]  where rows and columns lead to, in letters
 * @property {Partial<Display>[]} [frames]  what differs, for each frame; unfolded into the instance of its FrameRef
 * @property {number[]} [frame_order]  frame numbers as they are shown, where that is not 1, 2, 3, ...
 */

/**
 * @typedef {object} Instance
 * @property {string} sop_instance_uid
 * @property {number | null} instance_number
 * @property {number} rows
 * @property {number} columns
 * @property {number} number_of_frames
 * @property {1 | 3} samples_per_pixel
 * @property {8 | 16 | 32} bits
 * @property {boolean} is_signed
 * @property {boolean} [is_float]
 * @property {string} photometric_interpretation
 * @property {string} frame_url  with {frame} in it
 * @property {Display} display
 * @property {boolean} [is_resliced]  worked out from other frames: nothing can be drawn on it
 * @property {string} not_displayable  "" or the reason, in words
 * @property {string} [preview_url]
 * @property {OverlayPlane[]} [overlays]
 */

/**
 * Bits to draw over an image.
 * @typedef {object} OverlayPlane
 * @property {number} rows
 * @property {number} columns
 * @property {number} row  of the image where its first bit lies; the image's first pixel is 1, 1
 * @property {number} column
 * @property {number} frames
 * @property {number} first_frame  the image's frame that its first one belongs to; 0: it belongs to all
 * @property {string} url
 */

/**
 * One picture of a series: an instance and a frame number, which counts from 1.
 * @typedef {object} FrameRef
 * @property {string} key  SOPInstanceUID#frame
 * @property {number} frame
 * @property {number} index  place in its series, from 0
 * @property {string} url
 * @property {Instance} instance
 * @property {Reslice} [reslice]  it is cut from a volume, not loaded
 */

/**
 * @typedef {object} Reslice
 * @property {(isUrgent: boolean) => Promise<Pixels>} load
 * @property {string} words  how it was made
 */

/**
 * @typedef {object} Series
 * @property {string} series_instance_uid
 * @property {string} modality
 * @property {number | null} number
 * @property {string} description
 * @property {string} thumbnail_url
 * @property {number} [study]  place in the read's studies, from 0
 * @property {FrameRef[]} frames
 * @property {number} [source]  place of the series that it is cut from
 */

/**
 * @typedef {object} Study
 * @property {string} study_instance_uid
 * @property {boolean} is_prior
 * @property {string | null} date
 * @property {number | null} interval_days  before the case's own study
 * @property {string} description
 */

/**
 * What one pane of a hanging protocol shows, and how.
 * @typedef {object} HungPane
 * @property {string} series_instance_uid  "" where nothing was found for the place
 * @property {string} sop_instance_uid
 * @property {number} frame
 * @property {"" | "left" | "right"} align  the image's edge that lies at the same edge of the pane
 * @property {boolean} is_same_size
 * @property {string} title
 */

/**
 * @typedef {{scroll: boolean, window: boolean, zoom: boolean, pan: boolean}} LinkStates
 * @typedef {object} HangingProtocol
 * @property {string} name
 * @property {number} rows
 * @property {number} columns
 * @property {Partial<LinkStates>} links
 * @property {HungPane[]} panes
 */

/**
 * @typedef {object} Attribute
 * @property {string} key
 * @property {string} name
 * @property {"choice" | "number" | "text" | "yes_no"} kind
 * @property {string[]} choices
 * @property {number | null} minimum
 * @property {number | null} maximum
 * @property {string} unit
 * @property {boolean} is_required
 */

/**
 * @typedef {object} Label
 * @property {string} key
 * @property {string} name
 * @property {string} colour
 * @property {string} hotkey
 * @property {"region" | "image" | "series" | "study"} scope
 * @property {string[]} shapes
 * @property {Attribute[]} attributes
 */

/**
 * What a mark says; replaced as a whole, never changed in place.
 * @typedef {object} Mark
 * @property {string} label
 * @property {string} shape
 * @property {any} geometry  as its shape has it: see geometry/shapes.js
 * @property {Record<string, string | number | boolean>} attributes
 * @property {string} sop_instance_uid
 * @property {number} frame
 * @property {string | null} lesion  shared by the marks of one lesion; null: a lesion of its own
 * @property {"drawn" | "interpolated"} origin
 * @property {boolean} is_withdrawn
 */

/**
 * An image as the view sees it: its size in pixels and the shape of one pixel, whose smaller side is 1.
 * @typedef {{columns: number, rows: number, pixel: Size}} ImageShape
 * @typedef {{name: string, value: number, unit: string}} Measure
 */

/**
 * What can be done with the geometry of one shape. Pure; all points are image pixels.
 * @typedef {object} Shape
 * @property {string} name
 * @property {boolean} isClosed
 * @property {boolean} [isPainted]  drawn as pixels, on a canvas of its own
 * @property {(geometry: any) => Point[]} handles
 * @property {(geometry: any) => Point[][]} outlines  polylines to draw and to hit; closed ones repeat their first point
 * @property {(geometry: any) => Box} bounds
 * @property {(geometry: any, dx: number, dy: number, image: ImageShape) => any} move
 * @property {(geometry: any, index: number, to: Point, image: ImageShape, isStepped?: boolean) => any} dragHandle
 *   isStepped: turn by whole steps of 15 degrees
 * @property {(geometry: any) => boolean} isReal  it has a size
 * @property {(geometry: any, point: Point) => boolean} contains
 * @property {(geometry: any, spacing: Spacing | null, pixel?: Size) => Measure[]} measures
 * @property {(a: any, b: any) => boolean} same
 * @property {(geometry: any, y: number) => number[]} [crossings]  where its rim crosses a line across the image, if
 *   its outlines only come near it
 * @property {(geometry: any) => readonly (readonly number[])[]} [columnRuns]  of what is made of pixels: first row and
 *   the one behind the last, again and again, for each column
 * @property {(geometry: any) => {handle: number, from: Point}} [stem]  the handle that turns it stands away from `from`
 * @property {(geometry: any, at: Point, image: ImageShape) => {geometry: any, index: number} | null} [addCorner]
 * @property {(geometry: any, index: number) => any | null} [removeCorner]  null where too few would be left
 */

/**
 * @typedef {"present" | "absent" | "uncertain" | "not_assessable"} AnswerValue
 * @typedef {{value: AnswerValue | null, reason: string}} Answer  value null: not answered, or taken back
 */

/** @typedef {Mark & {id: string, version: number, saved_at: string}} SavedMark */
/** @typedef {{series_instance_uid?: string, sop_instance_uid?: string, frame?: number | null}} AnswerPlace */
/** @typedef {Answer & AnswerPlace & {label: string | null, version: number, saved_at: string}} SavedAnswer */

/**
 * @typedef {object} ReadUrls
 * @property {string} self
 * @property {string} annotations
 * @property {string} answers
 * @property {string} submit
 * @property {string} session
 * @property {string} worklist
 * @property {string} next
 * @property {string} [upcoming]
 * @property {string} [preferences]
 */

/**
 * @typedef {object} Read
 * @property {number} id
 * @property {"in_progress" | "submitted"} state
 * @property {string} reader
 * @property {number} round
 * @property {boolean} is_mine
 * @property {{code: string, project: {key: string, name: string}, patient: {sex: string, age: string}, study_date: string}} case
 * @property {ReadUrls} urls
 * @property {{id: number, version: number, labels: Label[]}} schema
 * @property {Series[]} series
 * @property {Study[]} [studies]  the case's own first
 * @property {{protocols: HangingProtocol[]}} [hanging]  best first
 * @property {import('./store/preferences.js').PreferencesDocument} [preferences]
 * @property {SavedMark[]} annotations
 * @property {SavedAnswer[]} answers
 */

/**
 * A frame's stored values, not rescaled.
 * @typedef {object} Pixels
 * @property {Int16Array | Uint16Array | Uint8Array | Int32Array | Uint32Array | Float32Array} values
 * @property {number} rows
 * @property {number} columns
 * @property {1 | 3} samples
 */

export {};
