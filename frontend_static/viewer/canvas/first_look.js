/** The pictures that the page came with: each gives way to what the viewer shows in its place. */

/** @typedef {import('./screen.js').Screen} Screen */
/** @typedef {import('./pane.js').Pane} Pane */

/** @param {Screen} screen  before anything is hung on it */
export function handOverFrom(screen) {
  const layer = document.querySelector("[data-part=first-looks]");
  const pictures = [...(layer?.children ?? [])];
  const wire = (/** @type {Pane} */ { index, viewport }) => {
    const picture = pictures[index];
    if (!picture?.firstElementChild) return;
    /** @type {import('../types.js').FrameRef | undefined} */
    let first;
    viewport.hasFirstLook = true;
    const end = () => {
      viewport.hasFirstLook = false;
      picture.replaceChildren();
    };
    viewport.moved.listen(end);
    viewport.changed.listen(() => {
      first ??= viewport.asked;
      const isAnswered = viewport.shown || (viewport.problem && !viewport.isLoading);
      if (isAnswered || viewport.asked !== first) end();
    });
  };
  screen.panes.forEach(wire);
  screen.paneMade.listen(wire);
  // Another layout has other places.
  screen.changed.listen(() =>
    layer?.classList.toggle("is-gone", layer.getAttribute("data-grid") !== gridOf(screen)),
  );
}

/** @param {Screen} screen */
function gridOf({ layout: { rows, columns }, maximised }) {
  return maximised ? "" : `${rows}x${columns}`;
}
