import { css } from 'lit'

export const controls = css`
  button {
    margin: 0;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: inherit;
    line-height: 1.25;
    cursor: pointer;
  }

  button:hover,
  .zone.over {
    border-color: var(--_accent);
  }

  button:focus-visible,
  .row:focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }

  /* Does not use opacity, because the label must stay legible. */
  button[aria-disabled='true'] {
    border-color: var(--_quiet);
    border-style: dashed;
    background: none;
    color: var(--_faint);
    cursor: not-allowed;
  }

  svg {
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  svg.start {
    fill: currentcolor;
  }

  .zone {
    display: grid;
    justify-items: center;
    gap: 0.25rem;
    inline-size: 100%;
    padding: 1.5rem 1rem;
    border: 2px dashed var(--_border);
    text-align: center;
    overflow-wrap: anywhere;
  }

  .zone:hover {
    border-style: solid;
  }

  .zone.over {
    border-style: solid;
    background: color-mix(in srgb, var(--_accent) 10%, var(--_surface));
  }

  .zone svg {
    inline-size: 1.75em;
    block-size: 1.75em;
    color: var(--_accent);
  }

  .zone[aria-disabled='true'] svg {
    color: inherit;
  }

  .prompt {
    font-weight: 600;
  }

  .hint {
    color: var(--_faint);
    font-size: 0.875em;
    text-wrap: balance;
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
    min-block-size: 2.25rem;
    padding: 0.375rem 0.75rem;
    font-size: 0.875em;
    font-weight: 600;
  }

  .icon {
    display: grid;
    place-items: center;
    min-inline-size: 2rem;
    min-block-size: 2.25rem;
    padding: 0;
    border-color: transparent;
    background: none;
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

    .zone svg {
      color: inherit;
    }

    .icon {
      border-color: ButtonBorder;
    }
  }
`
