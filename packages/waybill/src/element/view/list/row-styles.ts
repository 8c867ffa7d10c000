/**
 * Styles for the rows of files, interrupted uploads and the total, and for their bars. A row has
 * the same height in every state, so that nothing below it moves.
 *
 * @module
 */

import { css } from 'lit'

export const rowStyles = css`
  .card {
    border: var(--_width) solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    overflow: clip;
  }

  .list {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .row,
  .total {
    position: relative;
    display: flex;
    align-items: center;
    gap: 0.75rem;
    min-block-size: var(--_row);
    padding: 0.1875rem var(--_padding);
  }

  .row:focus-visible,
  .total:focus-visible,
  .fold:focus-visible {
    outline-offset: -2px;
  }

  :is(.row + .row, .block + .block, .total + .list) {
    border-block-start: var(--_width) solid var(--_line);
  }

  /* With thousands of rows, the browser lays out only those near the viewport. */
  .block.full {
    content-visibility: auto;
    contain-intrinsic-block-size: auto 175rem;
  }

  .thumb {
    position: relative;
    display: grid;
    flex: none;
    place-items: center;
    inline-size: var(--_thumb);
    block-size: var(--_thumb);
    border-radius: var(--waybill-thumbnail-radius, calc(var(--_radius) / 2));
    background: var(--_fill);
    color: var(--_faint);
    overflow: clip;
  }

  /* Mixed with the text's color, so that they suit light and dark surfaces. */
  .thumb:not(.file) {
    --_hue: var(--waybill-file-icon, var(--_kind));
    background: color-mix(in srgb, var(--_hue) 10%, var(--_surface));
    color: color-mix(in srgb, var(--_hue) 65%, var(--_text));
  }

  .thumb svg {
    inline-size: 55%;
    block-size: 55%;
  }

  .pdf {
    --_kind: #e0524f;
  }

  .text {
    --_kind: #3f7fd9;
  }

  .sheet {
    --_kind: #2f9e68;
  }

  .slides {
    --_kind: #dd7a33;
  }

  .archive {
    --_kind: #a98a3c;
  }

  .audio {
    --_kind: #9a62cf;
  }

  .video {
    --_kind: #c9588f;
  }

  .image {
    --_kind: #6a70d8;
  }

  .code {
    --_kind: #2a97a3;
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
    min-inline-size: 0;
  }

  .line,
  .about {
    --_space: 0.75rem;
    display: flex;
    gap: 0 var(--_space);
    min-inline-size: 0;
    font-variant-numeric: tabular-nums;
    line-height: 1.25;
  }

  .line {
    align-items: baseline;
    justify-content: space-between;
  }

  .name {
    display: flex;
    flex: 0 1 auto;
    min-inline-size: 0;
    font-weight: var(--_weight);
    white-space: pre;
    overflow: hidden;
  }

  .name:not([title]),
  .head {
    display: block;
    overflow: hidden;
  }

  /* Not for the head: with an ellipsis, WebKit measures only what it shows. */
  .name:not([title]) {
    text-overflow: ellipsis;
  }

  /* Arabic letters reach below the line, where they must not be clipped. */
  .name,
  .head {
    margin-block-end: -0.25em;
    padding-block-end: 0.25em;
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
    --_space: 1em;
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--_space);
    font-weight: var(--_weight);
    overflow-x: clip;
  }

  /* Clipped at the start of a line. */
  .bad::before {
    content: '·';
    content: '·' / '';
    display: inline-block;
    inline-size: var(--_space);
    margin-inline-start: calc(-1 * var(--_space));
    text-align: center;
  }

  .total .line {
    flex-wrap: wrap;
  }

  .percent {
    flex: none;
    min-inline-size: 5.5ch;
    color: var(--_faint);
    font-size: 0.93em;
    text-align: end;
  }

  /* In many languages, the buttons are too long to fit beside the words. */
  .total {
    flex-wrap: wrap;
    gap: 0.375rem 0.5rem;
  }

  .total .what {
    flex-basis: 16rem;
  }

  /* These words no longer change. */
  .total.done .what {
    flex-basis: auto;
  }

  .all:not(:has(button)) {
    display: none;
  }

  .all {
    display: flex;
    flex-wrap: wrap;
    gap: 0.375rem 0.5rem;
  }

  .total .percent {
    min-inline-size: 0;
    font-size: 1em;
  }

  /* Below the text, so that it cannot be mistaken for a file's bar. */
  .total .bars {
    position: static;
    margin-block-start: 0.375rem;
  }

  .total.done .bars {
    display: none;
  }

  .total progress {
    border-radius: 1rem;
  }

  .about {
    flex-wrap: wrap;
    min-block-size: 1.25em;
    color: var(--_faint);
    font-size: 0.93em;
  }

  /* A tick fills half of its square. */
  .about > svg.done {
    margin-inline: -0.125em calc(0.125em - var(--_space));
  }

  .counted svg.done {
    margin-inline-end: 0.5em;
    padding: 0.1875em;
    border-radius: 50%;
    background: var(--_good);
    color: var(--_surface);
    stroke-width: 3;
    vertical-align: -0.25em;
  }

  @container (inline-size > 20rem) {
    .words + bdi::before {
      content: '·';
      content: '·' / '';
      margin-inline: calc(0.3125rem - var(--_space)) 0.3125rem;
    }
  }

  .words {
    overflow-wrap: anywhere;
  }

  .left {
    margin-inline-start: auto;
  }

  .time,
  .row .about > .percent {
    display: none;
  }

  svg.done {
    color: var(--_good);
    stroke-width: 2.25;
  }

  .why {
    --_lines: 2;
    inline-size: 100%;
    text-wrap: balance;
  }

  .why:has(+ .reference) {
    --_lines: 1;
  }

  :is(.failed, .rejected) .why {
    color: var(--_bad);
  }

  .why svg {
    inline-size: 1.125em;
    block-size: 1.125em;
    margin-inline-end: 0.25em;
    vertical-align: -0.1875em;
  }

  .reference {
    inline-size: 100%;
  }

  /* An explanation takes up to two lines, or one above a reference, which takes one. The row shows
     the rest when it is clicked or when the keyboard focuses one of its buttons; not on every focus,
     because a button must not move while it is being clicked. */
  @container (inline-size > 14rem) {
    .row:not(:focus, :has(:focus-visible)) :is(.why, .reference) {
      display: -webkit-box;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: var(--_lines, 1);
      overflow: hidden;
    }

    .row:not(:focus, :has(:focus-visible)) .why {
      margin-block-end: -0.125em;
      padding-block-end: 0.125em;
    }
  }

  /* A narrow row has three lines below the name. A reference extends below the buttons, and its
     label is only for screen readers. */
  @container (14rem < inline-size <= 34rem) {
    .why:has(+ .reference) {
      --_lines: 2;
    }

    .row:has(.reference) {
      display: grid;
      grid-template-columns: auto minmax(0, 1fr) auto;
      align-content: center;
      row-gap: 0;
    }

    .row:has(.reference) .thumb {
      grid-row: 1 / span 3;
    }

    .row:has(.reference) :is(.what, .about) {
      display: contents;
    }

    .row:has(.reference) :is(.line, .why) {
      grid-column: 2;
    }

    .row:has(.reference) :is(.reference, .message) {
      grid-column: 2 / -1;
    }

    .row:has(.reference) .buttons {
      grid-area: 1 / 3 / span 2;
    }

    .row:not(.interrupted) {
      min-block-size: max(var(--_row), 5.25em);
      padding-block: 0.0625rem;
    }

    /* Without its label, it has no right-to-left text. */
    .reference {
      direction: ltr;
    }

    [dir='rtl'] .reference {
      text-align: right;
    }

    .reference .label {
      position: absolute;
      clip-path: inset(50%);
    }
  }

  .icon.retry {
    border-color: var(--_edge);
    background: var(--_surface);
    color: inherit;
    font-size: 0.93em;
    font-weight: var(--_weight);
  }

  .icon.retry:hover {
    background: var(--_fill);
  }

  .retry .label {
    padding-inline: 0.625rem;
  }

  .retry svg {
    display: none;
  }

  @container (inline-size < 22rem) {
    .retry .label {
      display: none;
    }

    .retry svg {
      display: block;
    }
  }

  @container (inline-size < 26rem) {
    .long .label {
      display: none;
    }

    .long svg {
      display: block;
    }
  }

  .removed :is(.name, .about) {
    color: var(--_faint);
    font-weight: 400;
  }

  .removed .thumb > * {
    opacity: 0.5;
  }

  /* Reserves room for two buttons, so that the words have equally much with only one. */
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

  .fold {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 0.25rem;
    inline-size: 100%;
    min-block-size: max(2.5rem, 44px);
    border-width: var(--_width) 0 0;
    border-color: var(--_line);
    border-radius: 0;
  }

  .fold svg {
    color: var(--_faint);
  }

  .fold[aria-expanded='true'] svg {
    rotate: 180deg;
  }

  /* In a compact row, an explanation continues on the line of the name. */
  @container (inline-size > 26rem) {
    :host([density='compact']) .row:is(.failed, .rejected, .waiting) .what {
      display: block;
      line-height: 1.25;
    }

    :host([density='compact']) .row:is(.failed, .rejected, .waiting) :is(.about, .why) {
      display: inline;
    }

    :host([density='compact']) .row .why svg {
      inline-size: 1em;
      block-size: 1em;
      vertical-align: -0.125em;
    }

    :host([density='compact']) .row:is(.failed, .rejected, .waiting) .percent {
      display: none;
    }

    :host([density='compact']) .row:is(.failed, .rejected, .waiting) .line {
      display: inline-flex;
      max-inline-size: 50%;
      margin-inline-end: 0.25rem;
      vertical-align: bottom;
    }

    :host([density='compact']) .row:not(.interrupted) {
      min-block-size: var(--_row);
    }

    /* The reference is below the explanation, which therefore has only one line. */
    :host([density='compact']) .row .what:has(.reference) {
      display: flex;
      gap: 0.25rem;
    }

    :host([density='compact']) .row .what .about:has(.reference) {
      display: block;
      flex: 1;
    }

    :host([density='compact']) .row:not(:focus, :has(:focus-visible)) .about:has(.reference) > * {
      --_lines: 1;
      display: -webkit-box;
    }
  }

  /* In short lists only: hundreds of animations would keep the browser busy. */
  @media (prefers-reduced-motion: no-preference) {
    .block:only-child:not(.full) .row {
      animation: enter 0.15s ease-out;
    }

    .block:only-child:not(.full) svg.done path {
      stroke-dasharray: 1;
      animation: draw 0.3s ease-out;
    }

    .counted svg.done path {
      stroke-dasharray: 1;
      animation: draw 0.4s ease-out;
    }

    .total:has(svg.done) {
      animation: glow 2s ease-out;
    }
  }

  @keyframes glow {
    from {
      background: color-mix(in srgb, var(--_good) 16%, transparent);
    }
  }

  @keyframes enter {
    from {
      opacity: 0;
      translate: 0 -0.25rem;
    }
  }

  @keyframes draw {
    from {
      stroke-dashoffset: 1;
    }
  }

  /* In a narrow row, or with large text, there are up to two lines below the name. */
  @container (max-width: 26rem) {
    .row,
    .total {
      gap: 0.5rem;
      padding-inline: min(var(--_padding), 0.5rem);
    }

    .thumb {
      inline-size: min(var(--_thumb), 2rem);
      block-size: min(var(--_thumb), 2rem);
    }

    .about {
      --_space: 0.5rem;
    }

    .left {
      margin-inline-start: 0;
    }

    .rate,
    .row .left,
    .row .line .percent {
      display: none;
    }

    .row .about > :is(.percent, .time) {
      display: block;
      min-inline-size: 0;
      font-size: 1em;
    }

    /* A row without a second button has more room for its words. */
    .buttons {
      min-inline-size: 0;
    }

    .buttons:not(:has(.quiet)) {
      gap: 0;
    }

    .total,
    .interrupted {
      flex-wrap: wrap;
      padding-block: 0.5rem;
    }

    /* The same height as with its bar. */
    .total.done {
      padding-block: calc(0.6875rem + var(--waybill-bar-height, 0.1875rem) / 2);
    }

    .total .what {
      flex-basis: 100%;
    }

    .interrupted .what {
      flex-basis: 60%;
    }

    .interrupted .buttons {
      inline-size: 100%;
      padding-inline-start: 2.5rem;
      justify-content: start;
    }
  }

  @container (20rem < inline-size <= 26rem) {
    .row .percent ~ :is(.amount, .time)::before {
      content: '·';
      content: '·' / '';
      margin-inline: calc(0.3125rem - var(--_space)) 0.3125rem;
    }
  }

  /* Hidden, because the bar shows the percentage too. */
  @container (max-width: 20rem) {
    .row .about > .percent {
      display: none;
    }
  }

  /* Makes room for large buttons. */
  @media (pointer: coarse) {
    @container (max-width: 20rem) {
      .row:not(.interrupted) .thumb {
        display: none;
      }

      .row:has(.reference) {
        padding-inline-start: 0;
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
    .card,
    .fold,
    :is(.row + .row, .block + .block, .total + .list) {
      border-color: CanvasText;
    }

    svg.done,
    .thumb {
      background: none !important;
      color: CanvasText !important;
    }

    .thumb {
      border: 1px solid CanvasText;
    }
  }

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
