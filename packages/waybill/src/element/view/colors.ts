/**
 * The custom properties that a page can set, with their defaults for light and dark mode.
 *
 * Text has a contrast ratio of at least 4.5 : 1. Bars and the drop zone's border have at least
 * 3 : 1; the lines around and between rows are decoration and lighter. Dark mode follows the page's
 * `color-scheme` rather than the system's.
 *
 * @module
 */

import { css } from 'lit'

export const colors = css`
  :host {
    --_text: var(--waybill-text, #14181d);
    --_surface: var(--waybill-surface, #fff);
    --_border: var(--waybill-border, #7b8794);
    --_accent: var(--waybill-accent, #1d5fd1);
    --_bad: var(--waybill-danger, #b3261e);
    --_good: var(--waybill-success, color-mix(in srgb, #12a066 70%, var(--_text)));
    --_faint: var(--waybill-muted, color-mix(in srgb, var(--_text) 70%, var(--_surface)));
    --_line: var(--waybill-line, color-mix(in srgb, var(--_text) 13%, var(--_surface)));
    --_track: var(--waybill-track, var(--_line));
    --_fill: var(--waybill-fill, color-mix(in srgb, var(--_text) 6%, var(--_surface)));
    --_edge: var(--waybill-button-border, color-mix(in srgb, var(--_text) 24%, var(--_surface)));
    --_width: var(--waybill-line-width, 1px);
    --_radius: var(--waybill-radius, 0.5rem);
    --_button-radius: var(--waybill-button-radius, calc(var(--_radius) * 0.75));
    --_gap: var(--waybill-gap, 0.75rem);
    --_padding: var(--waybill-padding, 0.75rem);
    --_row: var(--waybill-row-height, 4.25em);
    --_thumb: var(--waybill-thumbnail-size, 2.5rem);
    --_weight: var(--waybill-font-weight, 500);
    --_avatar: var(--waybill-avatar-size, 6rem);
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
      --_bad: var(--waybill-danger, light-dark(#b3261e, #ff8a80));
    }
  }

  :host([density='compact']) {
    --_gap: var(--waybill-gap, 0.5rem);
    --_padding: var(--waybill-padding, 0.5rem);
    --_row: var(--waybill-row-height, 3.375em);
    --_thumb: var(--waybill-thumbnail-size, 2rem);
  }

  /* Until the code for avatars has loaded. */
  :host([shape='avatar']) .root {
    min-block-size: var(--_avatar);
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
    font-size: var(--waybill-font-size, max(0.8125rem, 0.875em));
  }

  .root:lang(ja) {
    word-break: auto-phrase;
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
