/**
 * The custom properties that a page can set, with their defaults for light and dark mode.
 *
 * Text has a contrast ratio of at least 4.5 : 1, and borders and bars have at least 3 : 1. Dark
 * mode follows the page's `color-scheme` rather than the system's.
 *
 * @module
 */

import { css } from 'lit'

export const colours = css`
  :host {
    --_text: var(--waybill-text, #14181d);
    --_surface: var(--waybill-surface, #fff);
    --_border: var(--waybill-border, #7b8794);
    --_accent: var(--waybill-accent, #1d5fd1);
    --_good: #0a6b4b;
    --_bad: #b3261e;
    --_faint: color-mix(in srgb, var(--_text) 72%, var(--_surface));
    --_quiet: color-mix(in srgb, var(--_text) 14%, var(--_surface));
    --_radius: var(--waybill-radius, 0.5rem);
    --_gap: var(--waybill-gap, 0.75rem);
    display: block;
    container-type: inline-size;
    color: var(--_text);
    font: var(--waybill-font, inherit);
    text-align: start;
  }

  @supports (color: light-dark(#000, #fff)) {
    :host {
      --_text: var(--waybill-text, light-dark(#14181d, #eceff2));
      --_surface: var(--waybill-surface, light-dark(#fff, #171c21));
      --_border: var(--waybill-border, light-dark(#7b8794, #7d8894));
      --_accent: var(--waybill-accent, light-dark(#1d5fd1, #7fb0ff));
      --_good: light-dark(#0a6b4b, #55c796);
      --_bad: light-dark(#b3261e, #ff8a80);
    }
  }

  :host([hidden]),
  [hidden] {
    display: none;
  }

  * {
    box-sizing: border-box;
  }

  .root {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--_gap);
  }

  .bad {
    color: var(--_bad);
  }

  /* For screen readers only. */
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`
