/**
 * Styles for the rows of files, interrupted uploads and the total. A row has the same height in
 * every state, so that nothing below it moves.
 *
 * @module
 */

import { css } from 'lit'

export const rowStyles = css`
  .list,
  .total {
    margin: 0;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    overflow: clip;
  }

  .list {
    padding: 0;
    list-style: none;
  }

  .row,
  .total {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    padding: 0.5rem 0.75rem;
  }

  .row {
    min-block-size: 5rem;
  }

  /* With thousands of rows, the browser lays out only those near the viewport. */
  .block.full {
    content-visibility: auto;
    contain-intrinsic-block-size: auto 250rem;
  }

  :is(.row + .row, .block + .block) {
    border-block-start: 1px solid var(--_quiet);
  }

  .row:focus-visible {
    outline-offset: -3px;
  }

  .thumb {
    position: relative;
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 3rem;
    block-size: 3rem;
    border-radius: calc(var(--_radius) / 2);
    background: color-mix(in srgb, var(--_text) 7%, var(--_surface));
    color: var(--_faint);
    overflow: clip;
  }

  .thumb :is(img, video) {
    position: absolute;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }

  .what {
    display: grid;
    flex: 1;
    gap: 0.25rem;
    min-inline-size: 0;
  }

  .line,
  .about {
    display: flex;
    gap: 0 0.75rem;
    min-inline-size: 0;
    font-variant-numeric: tabular-nums;
    line-height: 1.3;
  }

  .line {
    align-items: baseline;
    justify-content: space-between;
  }

  .name {
    display: flex;
    flex: 0 1 auto;
    min-inline-size: 0;
    font-weight: 600;
    white-space: pre;
    overflow: hidden;
  }

  .name:not([title]),
  .head {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
  }

  /* Even in the narrowest row, the head keeps a letter or two. */
  .head {
    flex: 0 1 auto;
    min-inline-size: 1.5ch;
  }

  .tail {
    flex: none;
  }

  .counted {
    font-weight: 600;
  }

  .percent {
    flex: none;
    min-inline-size: 5.5ch;
    text-align: end;
  }

  .about {
    flex-wrap: wrap;
    min-block-size: 1.3em;
    color: var(--_faint);
    font-size: 0.875em;
  }

  .message {
    color: var(--_faint);
    font: 0.75em / 1.4 ui-monospace, monospace;
    overflow-wrap: anywhere;
  }

  .about svg {
    inline-size: 1.3em;
    block-size: 1.3em;
    margin-inline-end: -0.375rem;
  }

  /* If there is no room for the stored amount, only the bar shows it. */
  .about > .stored {
    display: none;
  }

  @container (inline-size >= 40rem) {
    .about > .stored {
      display: inline;
    }
  }

  .about > .words {
    overflow-wrap: anywhere;
  }

  .reference {
    display: block;
    color: var(--_faint);
    font-size: 0.85em;
  }

  .left {
    margin-inline-start: auto;
  }

  .done svg.done {
    color: var(--_good);
  }

  .failed .about {
    flex-wrap: nowrap;
    color: var(--_bad);
  }

  .removed :is(.name, .about) {
    color: var(--_faint);
    font-weight: 400;
  }

  .removed .thumb > * {
    opacity: 0.5;
  }

  /* Reserves room for two buttons, so that the bar is equally long with only one. */
  .buttons {
    flex: none;
    gap: 0.25rem;
    justify-content: end;
    min-inline-size: 4.25rem;
  }

  @media (pointer: coarse) {
    .buttons {
      min-inline-size: calc(2 * max(44px, 2.75rem) + 0.25rem);
    }
  }

  /* In a narrow row, or with large text, there are always two lines below the bar. */
  @container (max-width: 26rem) {
    .row,
    .total {
      gap: 0.5rem;
      padding-inline: 0.5rem;
    }

    .thumb {
      inline-size: 2.25rem;
      block-size: 2.25rem;
    }

    .row .about {
      min-block-size: 2.6em;
      align-content: start;
    }

    .rate {
      display: none;
    }

    .buttons:not(:has(.quiet)) {
      gap: 0;
    }

    .total,
    .interrupted {
      flex-wrap: wrap;
    }

    .total .what {
      flex-basis: 100%;
    }

    .interrupted .what {
      flex-basis: 60%;
    }

    .interrupted .buttons {
      inline-size: 100%;
      padding-inline-start: 2.75rem;
      justify-content: start;
    }
  }

  /* Hidden, because the bar shows the percentage too. */
  @container (max-width: 20rem) {
    .row .percent {
      display: none;
    }
  }

  /* Makes room for large buttons. */
  @media (pointer: coarse) {
    @container (max-width: 20rem) {
      .row:not(.interrupted) .thumb {
        display: none;
      }
    }
  }

  /* In a narrow row with large text, the buttons are below the text. */
  @container (max-width: 14rem) {
    .thumb {
      display: none;
    }

    .row {
      flex-wrap: wrap;
    }

    .row .what {
      flex-basis: 100%;
    }

    .percent {
      min-inline-size: 0;
    }

    .row .buttons {
      inline-size: 100%;
      padding: 0;
      justify-content: start;
    }
  }

  @media (forced-colors: active) {
    :is(.row + .row, .block + .block) {
      border-color: CanvasText;
    }

    svg.done,
    .thumb {
      color: CanvasText !important;
    }
  }
`
