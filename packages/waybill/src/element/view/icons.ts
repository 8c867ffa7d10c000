/**
 * Icons in the color of the surrounding text. Screen readers skip them, because each icon has text
 * next to it or is inside a labeled button.
 *
 * @module
 */

import { html, type TemplateResult } from 'lit'

const PAGE = 'M6 3h8l5 5v13H6zM14 3v5h5'

/** SVG paths in a 24 × 24 square. */
const PATHS = {
  tray: 'M12 15V4m-4 4 4-4 4 4M4 14v5h16v-5',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4 20a8 6 0 0 1 16 0',
  camera: 'M4 8h4l2-3h4l2 3h4v11H4zM12 10a3 3 0 1 1 0 6 3 3 0 0 1 0-6',
  folder: 'M3 6h6l2 3h10v10H3z',
  start: 'M8 5v14l11-7z',
  pause: 'M9 5v14M15 5v14',
  retry: 'M19 12a7 7 0 1 1-2-5l2 2m0-5v5h-5',
  cancel: 'M6 6l12 12M18 6 6 18',
  remove: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
  done: 'M5 13l5 5 9-11',
  failed: 'M12 4 2.5 20h19zM12 10v5m0 2v.5',
  more: 'M6 9l6 6 6-6',
  file: PAGE,
  text: `${PAGE}M9 13h7M9 17h5`,
  pdf: `${PAGE}M8.5 18.5c3-2 4-5 3.5-7.5 0 3 1.5 5 4 5.5-3-.5-5 .5-7.5 2`,
  sheet: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9',
  slides: 'M3 5h18M5 5v10h14V5M12 15v2m-3 3 3-3 3 3',
  code: 'M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.5',
  video: 'M4 5h16v14H4zM10 9v6l5-3z',
  audio: 'M9 18V6l10-2v12M9 18a3 2 0 1 1-3-2 3 2 0 0 1 3 2M19 16a3 2 0 1 1-3-2 3 2 0 0 1 3 2',
  archive: 'M4 4h16v16H4zM12 4v3m0 2v2m-1 3h2v3h-2z',
} as const

export type IconName = keyof typeof PATHS

/** The path's length counts as 1, so that a style sheet can draw it from start to end. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class=${name} part="icon ${name}" viewBox="0 0 24 24" aria-hidden="true"><path pathLength="1" d=${PATHS[name]}></path></svg>`
}
