/**
 * In place of the classes of browsers, where there is no browser: only what is named when the
 * element's library is loaded, and none of it works.
 *
 * @module
 */

export const HTMLElement = class {}
export const customElements = undefined
