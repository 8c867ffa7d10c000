import { css } from 'lit'

export const avatarStyles = css`
  .avatar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75rem;
  }

  .face {
    position: relative;
    flex: none;
    inline-size: var(--_avatar);
    block-size: var(--_avatar);
    border-radius: 50%;
    cursor: pointer;
  }

  /* Leaves room for the ring, so that nothing moves when it appears. */
  .face .thumb {
    position: absolute;
    inset: 0.375rem;
    display: grid;
    place-items: center;
    border-radius: 50%;
    background: var(--_fill);
    color: var(--_faint);
    font-size: 1.75em;
    overflow: clip;
  }

  .empty .thumb {
    outline: var(--_width) dashed var(--_border);
    outline-offset: calc(-1 * var(--_width));
  }

  .face:hover .thumb {
    outline-color: currentcolor;
  }

  .face.over .thumb {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
    background: color-mix(in srgb, var(--_accent) 8%, var(--_surface));
    color: var(--_accent);
  }

  .face.unwanted .thumb {
    outline-color: var(--_bad);
    background: color-mix(in srgb, var(--_bad) 8%, var(--_surface));
    color: var(--_bad);
  }

  .thumb :is(img, video),
  .thumb ::slotted(img) {
    position: absolute;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }

  .removed .thumb {
    opacity: 0.5;
  }

  :is(.failed, .rejected) .thumb {
    outline: 2px solid var(--_bad);
    outline-offset: 1px;
  }

  svg.ring {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    rotate: -90deg;
    color: var(--_track);
    stroke-width: 4;
    stroke-linecap: butt;
  }

  svg.sent {
    color: color-mix(in srgb, var(--_accent) 45%, var(--_surface));
  }

  svg.stored {
    color: var(--_accent);
  }

  :is(.paused, .waiting) :is(svg.sent, svg.stored) {
    color: var(--_faint);
  }

  /* At the top, so that a longer text moves no buttons. */
  .what {
    display: grid;
    flex: 1 1 10rem;
    align-self: start;
    gap: 0.5rem;
    min-inline-size: 0;
  }

  @container (inline-size >= 17rem) {
    .what {
      padding-block-start: calc((var(--_avatar) - 4.5rem) / 2);
    }
  }

  .buttons {
    gap: 0.375rem;
  }

  .icon {
    border-color: var(--_edge);
    background: var(--_surface);
  }

  /* Reserves a second line, because most failures need one. */
  .about {
    display: flex;
    align-items: start;
    gap: 0 0.5rem;
    min-block-size: 2.5em;
    color: var(--_faint);
    font-size: 0.93em;
    font-variant-numeric: tabular-nums;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }

  .about svg {
    margin-inline-end: -0.125rem;
  }

  svg.done {
    color: var(--_good);
    stroke-width: 2.25;
  }

  :is(.failed, .rejected) .about {
    color: var(--_bad);
  }

  @media (prefers-reduced-motion: no-preference) {
    svg.ring circle {
      transition: stroke-dasharray 0.2s linear;
    }

    svg.done path {
      stroke-dasharray: 1;
      animation: draw 0.3s ease-out;
    }
  }

  @keyframes draw {
    from {
      stroke-dashoffset: 1;
    }
  }

  @media (forced-colors: active) {
    .thumb {
      border: 1px solid CanvasText;
    }

    svg.track {
      display: none;
    }

    :is(svg.sent, svg.stored) {
      color: CanvasText !important;
    }
  }
`
