/** Every tool there is, in the order of the toolbar. */

import { createAngleTool } from "./angle.js";
import { createBidirectionalTool } from "./bidirectional.js";
import { createBox3dTool } from "./box_3d.js";
import { createBoxTool } from "./box.js";
import { createBrushTool, createEraserTool, createThresholdBrushTool } from "./brush.js";
import { createEllipseTool } from "./ellipse.js";
import { createFillTool } from "./fill.js";
import { createFreehandTool } from "./freehand.js";
import { createLineTool } from "./line.js";
import { createLocateTool } from "./locate.js";
import { createPanTool } from "./pan.js";
import { createPointTool } from "./point.js";
import { createPolygonTool } from "./polygon.js";
import { createRotatedBoxTool } from "./rotated_box.js";
import { createSelectTool } from "./select.js";
import { createWindowTool } from "./window_level.js";
import { createZoomTool } from "./zoom.js";

/** @typedef {import('./pointer.js').Tool} Tool */

/**
 * What the toolbar and the keys know of a tool. `shape`: what it draws; only offered where a label may be drawn so.
 * `key`: the key that takes it in hand unless the reader has changed it, "" for none.
 * @typedef {object} ToolEntry
 * @property {string} name
 * @property {string} words
 * @property {string} title
 * @property {string} key
 * @property {string} shape
 * @property {(options: {onDrawn: (id: string) => void, brush: import('./brush_settings.js').BrushSettings}) => Tool} create
 */

/**
 * @param {string} shape
 * @param {string} words
 * @param {string} title
 * @param {string} key
 * @param {ToolEntry["create"]} create
 * @param {string} [name]
 * @returns {ToolEntry}
 */
const drawing = (shape, words, title, key, create, name = shape) => ({
  name,
  words,
  title,
  key,
  shape,
  create,
});

/**
 * @param {string} name
 * @param {string} words
 * @param {string} title
 * @param {string} key
 * @param {ToolEntry["create"]} create
 * @returns {ToolEntry}
 */
const handling = (name, words, title, key, create) => ({ name, words, title, key, shape: "", create });

/** @type {ToolEntry[]} */
export const TOOLS = [
  drawing("box", "Box", "Draw boxes", "b", createBoxTool),
  drawing("rotated_box", "Turned box", "Draw a box, then turn it (Shift: by 15°)", "k", createRotatedBoxTool),
  drawing("ellipse", "Ellipse", "Draw ellipses; the ends of the axes turn them", "e", createEllipseTool),
  drawing(
    "polygon",
    "Polygon",
    "Click the corners; a double click, Enter or the first corner closes. Alt adds or removes a corner",
    "p",
    createPolygonTool,
  ),
  drawing(
    "polygon",
    "Freehand",
    "Follow the outline with the button held",
    "d",
    createFreehandTool,
    "freehand",
  ),
  drawing("point", "Point", "Mark a place by a click", "x", createPointTool),
  drawing("line", "Line", "Draw lines with their length", "l", createLineTool),
  drawing("angle", "Angle", "Click an end, the vertex and the other end", "g", createAngleTool),
  drawing(
    "bidirectional",
    "Diameters",
    "Drag the longest diameter, then adjust the one across it",
    "c",
    createBidirectionalTool,
  ),
  drawing(
    "box_3d",
    "3D box",
    "Draw on one slice, then on another: those between are filled",
    "q",
    createBox3dTool,
  ),
  drawing(
    "mask",
    "Brush",
    "Paint a mask (Alt: erase). The keys of the series change the size",
    "Shift+B",
    createBrushTool,
    "brush",
  ),
  drawing("mask", "Eraser", "Take away from a mask (Alt: paint)", "Shift+E", createEraserTool, "eraser"),
  drawing(
    "mask",
    "Threshold",
    "Paint only the values of a range (Shift + click takes the range under the brush; Alt: erase)",
    "Shift+D",
    createThresholdBrushTool,
    "threshold_brush",
  ),
  drawing(
    "mask",
    "Fill",
    "Fill a hole of a mask, or a region of values in the range",
    "Shift+G",
    createFillTool,
    "fill",
  ),
  handling("select", "Select", "Select and move marks", "s", createSelectTool),
  handling("pan", "Pan", "Move the picture (middle button)", "", createPanTool),
  handling("zoom", "Zoom", "Enlarge by dragging up (Ctrl + wheel)", "z", createZoomTool),
  handling("window", "Window", "Window and level (right button)", "w", createWindowTool),
  handling("locate", "Locate", "Show a place in the other series", "", createLocateTool),
];
