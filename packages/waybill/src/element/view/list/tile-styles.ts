/**
 * Styles for `layout="grid"`, which shows rows as square tiles, like an album. Failed files keep
 * their rows, above the tiles, because an explanation does not fit into a tile. Words over a photo
 * are white on a dark band, whatever the theme, with a contrast ratio of at least 4.5 : 1.
 *
 * @module
 */

import { css } from 'lit'

export const tileStyles = css`
  /* Blocks and folded lists have a multiple of all these numbers, so that no line has gaps. */
  .tiles {
    --_columns: 4;
    --_tile-gap: var(--waybill-tile-gap, 0.375rem);
    display: grid;
    gap: var(--_tile-gap);
    padding: var(--_tile-gap);
  }

  @container (max-width: 30rem) {
    .tiles {
      --_columns: 3;
    }
  }

  @container (max-width: 14rem) {
    .tiles {
      --_columns: 2;
    }
  }

  @container (min-width: 44rem) {
    .tiles {
      --_columns: 6;
    }
  }

  @container (min-width: 64rem) {
    .tiles {
      --_columns: 8;
    }
  }

  .tiles > .block {
    display: grid;
    grid-template-columns: repeat(var(--waybill-columns, var(--_columns)), minmax(0, 1fr));
    gap: var(--_tile-gap);
    border: 0 !important;
  }

  .tiles > .full {
    contain-intrinsic-block-size: auto 72rem;
  }

  .tiles .row {
    border: 0;
    border-radius: calc(var(--_radius) * 0.75);
  }

  .tiles .row:not(.tile) {
    grid-column: 1 / -1;
    background: color-mix(in srgb, var(--_bad) 10%, var(--_surface));
  }

  .row.tile {
    display: grid;
    grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
    aspect-ratio: 1;
    min-block-size: 0;
    padding: 0;
    background: var(--_fill);
    overflow: clip;
  }

  .row.tile > .thumb {
    display: grid;
    grid-area: 1 / 1 / -1 / -1;
    inline-size: 100%;
    block-size: 100%;
    border-radius: 0;
    background: none;
  }

  .row.tile > .thumb svg {
    inline-size: 2rem;
    block-size: 2rem;
    margin: 0.5rem;
    place-self: start;
  }

  .row.tile > .what {
    position: relative;
    grid-area: 2 / 1;
    padding: 0.3125rem 0.5rem;
    font-size: 0.93em;
  }

  .row.tile .about {
    flex-wrap: nowrap;
    gap: 0.25rem;
    align-items: center;
    font-size: inherit;
  }

  .row.tile .words {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }

  .row.tile .about > .percent {
    display: block;
    min-inline-size: 0;
    color: inherit;
  }

  /* Before the first percent, there is the size. */
  .row.tile :is(.reference, .message, .line > .percent, .about > bdi:not(.percent, .amount:first-child)) {
    display: none;
  }

  /* What is not uploaded yet is paler, and must not show the icon behind it. */
  .row.tile:not(.done) > .thumb :is(img, video) {
    opacity: 0.55;
  }

  .row.tile > .thumb:has(img, video) svg {
    visibility: hidden;
  }

  .row.tile:has(img, video) > .what {
    color: #fff;
    background: rgb(0 0 0 / 0.62);
  }

  .row.tile:has(img, video) :is(.about, .name) {
    color: inherit;
  }

  /* A photo needs no name, until somebody asks. */
  .row.tile:has(img, video):not(:hover, :focus, :focus-within) .line,
  .row.tile.done:not(.checking, :hover, :focus, :focus-within) .words {
    position: absolute;
    clip-path: inset(50%);
  }

  /* The tick of a photo is a badge. */
  .row.tile.done:has(img, video):not(.checking, :hover, :focus, :focus-within)
    > .what {
    justify-self: end;
    margin: 0.375rem;
    padding: 0;
    border-radius: 50%;
    background: none;
  }

  .row.tile svg.done {
    margin: 0;
    padding: 0.1875em;
    border-radius: 50%;
    background: var(--_good);
    color: var(--_surface);
    stroke-width: 3;
  }

  .row.tile > .buttons {
    position: absolute;
    inset-block-start: 0;
    inset-inline-end: 0;
    inline-size: auto;
    min-inline-size: 0;
    padding: 0.125rem;
    gap: 0;
  }

  /* A finger gets more room than the disc that it sees. */
  .row.tile .icon {
    background: none;
    color: var(--_text);
  }

  .row.tile .icon svg {
    inline-size: 1.5rem;
    block-size: 1.5rem;
    padding: 0.25rem;
    border-radius: 50%;
    background: color-mix(in srgb, var(--_surface) 85%, transparent);
    box-shadow: 0 0 0 1px var(--_edge);
  }

  .row.tile .icon:hover svg {
    background: color-mix(in srgb, var(--_text) 12%, var(--_surface));
  }

  /* For a finger, a tile has room for one button; the total pauses all. */
  @media (pointer: coarse) {
    .row.tile .icon.pause {
      display: none;
    }

    .row.tile:has(.start) > .thumb svg {
      visibility: hidden;
    }
  }

  /* Where there is a pointer that hovers, the buttons wait for it, or for the keyboard. */
  @media (hover: hover) {
    .row.tile:not(.removed, :hover, :focus, :focus-within) > .buttons {
      opacity: 0;
    }
  }

  .row.tile .bars {
    --_track: color-mix(in srgb, var(--_surface) 55%, transparent);
  }

  @media (forced-colors: active) {
    .row.tile,
    .tiles .row:not(.tile) {
      border: 1px solid CanvasText;
    }

    .row.tile > .thumb {
      border: 0;
    }

    .row.tile > .what {
      background: Canvas !important;
      color: CanvasText !important;
    }
  }
`
