/** Only one tab works on a read: the one that holds its lock. Where the browser has no locks, every tab may. */

/**
 * Wait for neither: resolves to whether this tab has the lock, and calls `onLost` when another tab takes it.
 * @param {string} name
 * @param {() => void} onLost
 * @returns {Promise<boolean>}
 */
export async function acquire(name, onLost) {
  return hold(name, { ifAvailable: true }, onLost);
}

/**
 * Take the lock away from the tab that has it.
 * @param {string} name
 * @param {() => void} onLost
 */
export async function takeOver(name, onLost) {
  return hold(name, { steal: true }, onLost);
}

/**
 * @param {string} name
 * @param {LockOptions} options
 * @param {() => void} onLost
 * @returns {Promise<boolean>}
 */
function hold(name, options, onLost) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const whileHeld = (/** @type {Lock | null} */ lock) => {
      resolve(lock !== null);
      return lock && new Promise(() => {});
    };
    // A stolen lock rejects the request of the tab that held it.
    navigator.locks.request(name, options, whileHeld).catch(onLost);
  });
}
