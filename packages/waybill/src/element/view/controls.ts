import { css } from 'lit'

export const controls = css`
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
