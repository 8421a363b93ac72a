/** While a tool is drawing by clicks, some keys are about the drawing and not about the marks. */

/** @typedef {import('./keyboard.js').Commands} Commands */
/** @typedef {import('./toolbox.js').Toolbox} Toolbox */

/**
 * Enter finishes, Backspace and undo take the last point back, Escape gives the drawing up.
 * @template {Commands} Some
 * @param {Some} commands
 * @param {Toolbox} toolbox
 * @returns {Some}
 */
export function withDrawingKeys(commands, toolbox) {
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
    submit: either(commands.submit, (tool) => tool.finish?.()),
    withdraw: either(commands.withdraw, (tool) => tool.takeBack?.()),
    undo: either(commands.undo, (tool) => tool.takeBack?.()),
    escape: either(commands.escape, (tool) => tool.cancel?.()),
  };
}
