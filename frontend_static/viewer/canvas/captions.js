/** Finds a place for the words beside each mark, so that they do not lie upon each other. */

import { widthIn } from "./text_width.js";

/** @typedef {import('../types.js').Box} Box */
/** @typedef {import('../types.js').Point} Point */
/** @typedef {import('../types.js').Size} Size */
/** @typedef {{words: string, box: Box}} Caption  the box of its mark, CSS pixels */

const HEIGHT = 17;
const GAP = 5;
const widthOf = widthIn("600 13px system-ui, sans-serif");

/**
 * Above the mark, below it, at its right, its left, else where it is least in the way. Those first in the list choose
 * first.
 * @param {Caption[]} captions
 * @param {Size} size  of the pane
 * @returns {Point[]}  where the words begin, on their base line
 */
export function placeCaptions(captions, size) {
  /** @type {Box[]} */
  const taken = [];
  return captions.map(({ words, box }) => {
    const width = widthOf(words);
    const places = placesAround(box, width, size);
    const place = places.find((each) => !taken.some((other) => areOver(each, other))) ?? places[0];
    taken.push(place);
    return { x: place.x, y: place.y + HEIGHT - 4 };
  });
}

/**
 * @param {Box} box
 * @param {number} width
 * @param {Size} size
 * @returns {Box[]}
 */
function placesAround(box, width, size) {
  const [right, bottom] = [box.x + box.width, box.y + box.height];
  const corners = [
    { x: box.x, y: box.y - HEIGHT - 2 },
    { x: box.x, y: bottom + GAP },
    { x: right + GAP, y: box.y },
    { x: box.x - width - GAP, y: box.y },
    { x: right + GAP, y: bottom - HEIGHT },
    { x: box.x - width - GAP, y: bottom - HEIGHT },
    { x: right - width, y: box.y - HEIGHT - 2 },
    { x: right - width, y: bottom + GAP },
  ];
  const places = corners.map(({ x, y }) => ({ x, y, width, height: HEIGHT }));
  const inside = places.filter(
    ({ x, y }) => x >= 2 && y >= 2 && x + width <= size.width - 2 && y + HEIGHT <= size.height - 2,
  );
  return [...inside, withinPane({ x: box.x + GAP, y: box.y + 2, width, height: HEIGHT }, size)];
}

/**
 * @param {Box} place
 * @param {Size} size
 */
function withinPane(place, size) {
  const x = Math.max(4, Math.min(place.x, size.width - place.width - 4));
  const y = Math.max(2, Math.min(place.y, size.height - HEIGHT - 2));
  return { ...place, x, y };
}

/**
 * @param {Box} a
 * @param {Box} b
 */
const areOver = (a, b) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
