// Files out of a drop or a file field, folders walked to their end.

/** @typedef {{ path: string, file: File }} Found */

/** @param {FileSystemFileEntry} entry @returns {Promise<File>} */
function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A folder gives its entries in chunks of 100 until an empty one. @param {FileSystemDirectoryEntry} folder */
async function childrenOf(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const children = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const chunk = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!chunk.length) return children;
    children.push(...chunk);
  }
}

/** @param {FileSystemEntry} entry @param {Found[]} found */
async function walk(entry, found) {
  if (entry.isFile) {
    const file = await fileOf(/** @type {FileSystemFileEntry} */ (entry));
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  for (const child of await childrenOf(/** @type {FileSystemDirectoryEntry} */ (entry))) await walk(child, found);
}

/** @param {DataTransfer} transfer @returns {Promise<Found[]>} */
export async function filesOfDrop(transfer) {
  // Entries must be taken before the first await: the transfer is emptied after the event.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  /** @type {Found[]} */
  const found = [];
  for (const entry of entries) await walk(/** @type {FileSystemEntry} */ (entry), found);
  return found;
}

/** @param {HTMLInputElement} field @returns {Found[]} */
export function filesOfField(field) {
  return [...(field.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Two files are the same to us when path, size and date are. @param {{ path: string, size: number, lastModified: number }} file */
export function signature({ path, size, lastModified }) {
  return `${size}|${lastModified}|${path}`;
}
