/** While a tool is drawing by clicks, some keys are about the drawing and not about the marks. */

/** @typedef {import('./keyboard.js').Commands} Commands */
/** @typedef {import('./toolbox.js').Toolbox} Toolbox */

/**
 * Enter finishes, Backspace and undo take the last point back, Escape gives the drawing up. With a brush in hand, what
 * else goes to the next series makes it larger.
 * @template {Commands} Some
 * @param {Some} commands
 * @param {Toolbox} toolbox
 * @param {import('../canvas/screen.js').Screen} screen
 * @returns {Some}
 */
export function withDrawingKeys(commands, toolbox, screen) {
  /**
   * @param {() => void} usual
   * @param {(tool: import('./pointer.js').Tool) => void} whileDrawing
   */
  const either = (usual, whileDrawing) => () => {
    if (toolbox.current.isDrawing?.()) whileDrawing(toolbox.current);
    else usual();
  };
  return {
    ...commands,
    stepSeries: (/** @type {number} */ count) => {
      if (toolbox.current.resize) toolbox.current.resize(screen.active.work, count);
      else commands.stepSeries(count);
    },
    submit: either(commands.submit, (tool) => tool.finish?.()),
    withdraw: either(commands.withdraw, (tool) => tool.takeBack?.()),
    undo: either(commands.undo, (tool) => tool.takeBack?.()),
    escape: either(commands.escape, (tool) => tool.cancel?.()),
  };
}
