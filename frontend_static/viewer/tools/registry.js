/** Every tool there is, in the order of the toolbar. */

import { createBoxTool } from "./box.js";
import { createLocateTool } from "./locate.js";
import { createPanTool } from "./pan.js";
import { createSelectTool } from "./select.js";
import { createWindowTool } from "./window_level.js";
import { createZoomTool } from "./zoom.js";

/** @typedef {import('./pointer.js').Tool} Tool */

/**
 * What the toolbar and the keys know of a tool. `shape`: what it draws; only offered where a label may be drawn so.
 * @typedef {object} ToolEntry
 * @property {string} name
 * @property {string} words
 * @property {string} title
 * @property {string} shape
 * @property {(options: {onDrawn: (id: string) => void}) => Tool} create
 */

/** @type {ToolEntry[]} */
export const TOOLS = [
  { name: "box", words: "Box", title: "Draw boxes", shape: "box", create: createBoxTool },
  { name: "select", words: "Select", title: "Select and move marks", shape: "", create: createSelectTool },
  { name: "pan", words: "Pan", title: "Move the picture (middle button)", shape: "", create: createPanTool },
  {
    name: "zoom",
    words: "Zoom",
    title: "Enlarge by dragging up (Ctrl + wheel)",
    shape: "",
    create: createZoomTool,
  },
  {
    name: "window",
    words: "Window",
    title: "Window and level (right button)",
    shape: "",
    create: createWindowTool,
  },
  {
    name: "locate",
    words: "Locate",
    title: "Show a place in the other series",
    shape: "",
    create: createLocateTool,
  },
];
