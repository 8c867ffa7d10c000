/**
 * The element's styles while it has no files, and the custom properties that a page can set, with
 * their defaults for light and dark mode.
 *
 * Text has a contrast ratio of at least 4.5 : 1. Bars and the drop zone's border have at least
 * 3 : 1; the lines around and between rows are decoration and lighter. Dark mode follows the page's
 * `color-scheme` rather than the system's.
 *
 * @module
 */

import { css } from 'lit'

export const styles = css`
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

  /* In the row of a flex container, it would have no width. */
  :host([shape='avatar']) {
    min-inline-size: min(100%, var(--_avatar) + 6rem);
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

  button {
    margin: 0;
    border: var(--_width) solid var(--_edge);
    border-radius: var(--_button-radius);
    background: var(--_surface);
    color: inherit;
    font: inherit;
    line-height: 1.25;
    cursor: pointer;
  }

  button:hover {
    background: var(--_fill);
  }

  :is(button, .row, .total):focus-visible {
    outline: 2px solid var(--waybill-focus, var(--_accent));
    outline-offset: 2px;
  }

  /* Does not use opacity, because the label must stay legible. */
  button[aria-disabled='true'] {
    border-color: var(--_line);
    border-style: dashed;
    background: none;
    color: var(--_faint);
    cursor: not-allowed;
  }

  svg,
  ::slotted([slot='icon']) {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
  }

  svg {
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  svg.start {
    fill: currentcolor;
  }

  .notice {
    color: var(--_bad);
  }

  .add {
    display: grid;
    gap: 0.5rem;
  }

  .zone {
    display: grid;
    inline-size: 100%;
    justify-items: center;
    gap: 0.25rem;
    min-inline-size: 0;
    padding: 1.5rem 1rem;
    border: var(--_width) dashed var(--_border);
    border-radius: var(--_radius);
    text-align: center;
    overflow-wrap: anywhere;
  }

  .zone:hover {
    border-color: currentcolor;
  }

  .zone.over {
    border: var(--_width) solid var(--_accent);
    background: color-mix(in srgb, var(--_accent) 8%, var(--_surface));
  }

  .glyph {
    display: grid;
    margin-block-end: 0.25rem;
    color: var(--_faint);
    font-size: 1.2em;
  }

  .over .glyph {
    color: var(--_accent);
  }

  .zone.unwanted {
    border-color: var(--_bad);
    background: color-mix(in srgb, var(--_bad) 8%, var(--_surface));
  }

  .unwanted .glyph {
    color: var(--_bad);
  }

  .prompt,
  .quiet,
  .fold {
    font-weight: var(--_weight);
  }

  .prompt,
  .hint {
    text-wrap: balance;
  }

  .hint {
    color: var(--_faint);
    font-size: 0.93em;
  }

  /* Once there are files, the drop zone is a single row. */
  .small {
    display: flex;
    flex-wrap: wrap;
  }

  .small ::slotted([slot='button']) {
    flex: 1 1 100%;
  }

  .small .zone {
    display: flex;
    flex: 1 1 14rem;
    align-items: center;
    gap: 0.5rem;
    min-block-size: 2.75rem;
    padding: 0.375rem var(--_padding);
    text-align: start;
  }

  .small .glyph {
    margin: 0;
    font-size: 1em;
  }

  /* The hint wraps first. */
  .small .prompt {
    flex: none;
    max-inline-size: 100%;
  }

  .small .hint {
    margin-inline-start: auto;
    text-align: end;
  }

  @container (max-width: 34rem) {
    .small .hint {
      display: none;
    }
  }

  .extras,
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }

  .quiet {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    min-block-size: 2rem;
    padding: 0.25rem 0.625rem;
    font-size: 0.93em;
  }

  .icon {
    display: grid;
    place-items: center;
    min-inline-size: 2rem;
    min-block-size: 2rem;
    padding: 0;
    border-color: transparent;
    background: none;
    color: var(--_faint);
  }

  .icon:hover {
    color: inherit;
  }

  .icon[aria-disabled='true'] {
    border-color: transparent;
  }

  @media (pointer: coarse) {
    .quiet,
    .icon {
      min-inline-size: max(44px, 2.75rem);
      min-block-size: max(44px, 2.75rem);
    }
  }

  @media (forced-colors: active) {
    button[aria-disabled='true'] {
      border-color: GrayText;
      color: GrayText;
    }

    .zone.over {
      border-color: Highlight;
    }

    .glyph,
    .over .glyph,
    .unwanted .glyph {
      color: inherit;
    }

    .icon {
      border-color: ButtonBorder;
    }
  }
`
