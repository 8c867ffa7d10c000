/**
 * Progress bar styles: the default ones and the `barcode` theme.
 *
 * @module
 */

import { css } from 'lit'

export const barStyles = css`
  /* The bars are stacked, so that the stored part covers the sent part. They are at the row's lower
     edge, where they take no room from the words. */
  .bars {
    --_ink: var(--_accent);
    position: absolute;
    inset-block-end: 0;
    inset-inline: 0;
    display: grid;
  }

  progress {
    --_fill: color-mix(in srgb, var(--_ink) 45%, var(--_surface));
    grid-area: 1 / 1;
    appearance: none;
    display: block;
    inline-size: 100%;
    block-size: var(--waybill-bar-height, 0.1875rem);
    border: 0;
    border-radius: 0;
    background: var(--_track);
    overflow: clip;
  }

  progress[value='0'] {
    background: none;
  }

  progress::-webkit-progress-bar {
    background: none;
  }

  progress.stored {
    --_fill: var(--_ink);
    background: none;
  }

  progress::-webkit-progress-value {
    background: var(--_fill);
  }

  /* Only in short lists: in a long one, some bar would always move and make the browser paint. */
  .block:only-child:not(.full) progress::-webkit-progress-value {
    transition: inline-size 0.2s linear;
  }

  progress::-moz-progress-bar {
    background: var(--_fill);
  }

  :host([theme='barcode']) .bars {
    --_ink: var(--_text);
  }

  :is(.paused, .waiting) .bars {
    --_ink: var(--_faint);
  }

  :is(.done, .failed, .aborted, .removed) progress {
    display: none;
  }

  :host([theme='barcode']) .bars {
    position: static;
    margin-block: 0.25rem;
  }

  :host([theme='barcode']) .row:not(.interrupted) {
    min-block-size: calc(var(--_row) + 2em);
  }

  :host([theme='barcode']) .total {
    flex-wrap: wrap;
    padding-block-start: 0.5rem;
  }

  :host([theme='barcode']) .total .bars {
    flex: 1 1 100%;
  }

  :host([theme='barcode']) progress {
    block-size: var(--waybill-bar-height, 1.25rem);
    border-radius: 0;
    mask: linear-gradient(
        90deg,
        #000 0 3px,
        transparent 3px 5px,
        #000 5px 6px,
        transparent 6px 9px,
        #000 9px 13px,
        transparent 13px 15px,
        #000 15px 16px,
        transparent 16px 18px,
        #000 18px 20px,
        transparent 20px 24px,
        #000 24px 25px,
        transparent 25px 27px,
        #000 27px 32px,
        transparent 32px 34px,
        #000 34px 36px,
        transparent 36px 37px,
        #000 37px 38px,
        transparent 38px 42px,
        #000 42px 44px,
        transparent 44px 46px,
        #000 46px 49px,
        transparent 49px 50px,
        #000 50px 51px,
        transparent 51px 53px
      )
      0 0 / 53px 100%;
  }

  :host([theme='barcode']) :is(.paused, .waiting) .bars {
    --_ink: var(--_faint);
  }

  /* A stored file keeps its barcode, but quietly. */
  :host([theme='barcode']) .row.done .bars {
    --_ink: color-mix(in srgb, var(--_text) 30%, var(--_surface));
  }

  :host([theme='barcode']) .row.done progress {
    display: block;
  }

  @media (prefers-reduced-motion: reduce) {
    .block:only-child:not(.full) progress::-webkit-progress-value {
      transition: none;
    }
  }

  /* Forced colours override backgrounds, so the bars use system colours. */
  @media (forced-colors: active) {
    .bars {
      --_ink: CanvasText !important;
    }

    progress {
      --_fill: GrayText;
      block-size: var(--waybill-bar-height, 0.375rem);
      border: 1px solid CanvasText;
      background: Canvas;
      forced-color-adjust: none;
    }
  }
`
