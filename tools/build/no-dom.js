/**
 * Replaces browser classes where there is no browser. These are only the classes that the element's
 * rendering library refers to while it loads, and they do nothing.
 *
 * @module
 */

export const HTMLElement = class {}
export const customElements = undefined
