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
    print-color-adjust: exact;
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

  :is(.paused, .waiting) .bars {
    --_ink: var(--_faint);
  }

  :is(.done, .rejected, .failed, .aborted, .removed) progress {
    display: none;
  }

  @media (prefers-reduced-motion: reduce) {
    .block:only-child:not(.full) progress::-webkit-progress-value {
      transition: none;
    }
  }

  /* Forced colors override backgrounds, so the bars use system colors. */
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
