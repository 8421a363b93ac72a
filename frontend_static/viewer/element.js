/** Makes DOM elements. Styles are set through classes or the CSSOM only: the content security policy says so. */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | boolean | number | EventListener>} [properties]  on… are listeners
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, String(value));
  }
  made.append(...children);
  return made;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} [attributes]
 */
export function svgElement(name, attributes = {}) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/**
 * The element that carries `data-part="name"` in the page's template.
 * @param {string} name
 * @returns {HTMLElement}
 */
export const part = (name) => partOf(document, name);

/**
 * The same within one pane or panel.
 * @param {ParentNode} host
 * @param {string} name
 * @returns {HTMLElement}
 */
export function partOf(host, name) {
  const found = host.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no part ${name}`);
  return found;
}

/**
 * A key cap and its words.
 * @param {string} key
 */
export const keyCap = (key) => element("kbd", { class: "key" }, key);
