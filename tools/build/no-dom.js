/**
 * Replaces the browser's classes where there is no browser. Contains only the classes that the
 * element's library refers to when it is loaded. They don't work.
 *
 * @module
 */

export const HTMLElement = class {}
export const customElements = undefined
