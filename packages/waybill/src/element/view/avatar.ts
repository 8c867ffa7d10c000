/**
 * The element with `shape="avatar"`: one file with a round preview, inside a ring that shows
 * progress.
 *
 * @module
 */

import { css, html, nothing, type TemplateResult } from 'lit'
import { isRejected, type UploadItem } from '../../client/list/upload-list.ts'
import { isUnderWay } from '../../client/upload/upload-state.ts'
import { Announcer } from '../announcer.ts'
import { ENGLISH } from '../words/english.ts'
import { failureSentence } from '../words/failure-words.ts'
import { stateWords } from '../words/state-words.ts'
import { dragState, hintWords } from './drop-zone.ts'
import { type IconName, icon } from './icons.ts'
import {
  actionOf,
  partStyles,
  removalOf,
  renderMessage,
  renderReference,
  renderThumbnail,
  shareOf,
} from './list/row-parts.ts'
import type { FilesView, FilesViewEffects, ViewActions, ViewModel } from './view-model.ts'

export class AvatarView implements FilesView {
  readonly styles = [avatarStyles, partStyles]
  readonly renderInMs = undefined
  readonly #announcer: Announcer

  constructor(effects: FilesViewEffects) {
    this.#announcer = new Announcer(effects)
  }

  tell(model: ViewModel): void {
    this.#announcer.follow(model)
  }

  render(model: ViewModel, actions: ViewActions): TemplateResult {
    const { items, disabled, texts } = model
    const drag = dragState(model)
    texts.alsoSay(ENGLISH)
    const item = items.at(-1)
    const state = stateOf(item, model)
    // People who use a keyboard or a screen reader have the button next to the picture.
    return html`<div class="avatar ${state}" part="avatar ${state}">
      <div
        class="face${drag}"
        part="drop-zone${drag}"
        @click=${() => disabled || actions.choose()}
      >
        ${
          item
            ? renderThumbnail(item, state)
            : html`<div class="thumb" part="thumbnail empty"><slot name="icon">${icon('person')}</slot></div>`
        }
        ${item && isUnderWay(item.state) && state !== 'removed' ? renderRing(item, model) : nothing}
      </div>
      <div class="what">
        <div class="buttons">${renderButtons(item, state, model, actions)}</div>
        <div class="about" part="status ${state}">${renderStatus(item, state, model)}</div>
        ${item ? renderMessage(item, model) : nothing}
      </div>
    </div>`
  }
}

function stateOf(item: UploadItem | undefined, { removed }: ViewModel): string {
  if (!item) return 'empty'
  if (removed.has(item.id)) return 'removed'
  return isRejected(item) ? 'rejected' : item.state
}

function renderRing(item: UploadItem, { texts }: ViewModel): TemplateResult {
  const { fraction, stored } = item.progress
  const circle = (name: string, share: number) =>
    share > 0
      ? html`<svg class="ring ${name}" part="ring" viewBox="0 0 100 100" aria-hidden="true">
          <circle cx="50" cy="50" r="48" pathLength="1" stroke-dasharray="${share} 1"></circle>
        </svg>`
      : nothing
  return html`${circle('track', 1)}${circle('sent', fraction)}${circle('stored', shareOf(stored, { fraction, size: item.size }))}
    <progress
      class="unseen"
      max="1"
      .value=${fraction}
      aria-label=${texts.say('progressOf', { name: item.name })}
    ></progress>`
}

function renderButtons(
  item: UploadItem | undefined,
  state: string,
  model: ViewModel,
  actions: ViewActions,
) {
  const { texts, disabled, label, capture } = model
  const isShown = item !== undefined && state !== 'removed'
  const button = (
    part: string,
    name: string,
    words: unknown,
    act: () => void,
    title?: string,
  ) => html`<button
    type="button"
    class=${title ? 'icon' : 'quiet'}
    part="button ${part}"
    aria-label=${name || nothing}
    title=${title ?? nothing}
    aria-disabled=${disabled ? 'true' : nothing}
    @click=${() => disabled || act()}
  >
    ${words}
  </button>`
  const { id = '', name = '' } = item ?? {}
  const action = isShown ? actionOf(item) : undefined
  // An avatar is too small to be worth a pause.
  const again =
    action && action !== 'pause'
      ? button(
          action,
          texts.say(`${action}Name`, { name }),
          icon(action === 'retry' ? 'retry' : 'start'),
          () => actions[action](id),
          texts.say(action),
        )
      : nothing
  const removal = isShown ? removalOf(item) : 'undo'
  const choose = isShown
    ? texts.say('replace')
    : html`${label ? html`<span class="unseen">${label}: </span>` : nothing}<slot name="prompt"
          >${texts.say('choose')}</slot
        >`
  return html`${button(isShown ? 'replace' : 'choose', isShown ? texts.say('replaceName', { name }) : '', choose, actions.choose)}
    ${
      item
        ? button(
            isShown ? 'remove' : 'undo',
            texts.say(`${removal}Name`, { name }),
            texts.say(removal),
            () => (isShown ? actions.remove(id) : actions.undo(id)),
          )
        : nothing
    }
    ${again}
    ${capture !== undefined && !item ? button('capture', texts.say('camera'), icon('camera'), actions.capture, texts.say('camera')) : nothing}`
}

const ICONS: Readonly<Record<string, IconName>> = {
  done: 'done',
  failed: 'failed',
  rejected: 'failed',
}

function renderStatus(item: UploadItem | undefined, state: string, model: ViewModel) {
  const { isDragging, isUnwanted, isReading, texts, now } = model
  if (isReading) return texts.say('busy')
  if (isDragging) return texts.say(isUnwanted ? 'dropUnwanted' : 'drop')
  if (!item) return html`<slot name="hint">${hintWords(model)}</slot>`
  if (state === 'removed') return texts.say('removed')
  const name = ICONS[state]
  return html`${name ? icon(name) : nothing}<span class="words" dir="auto"
      >${item.error ? failureSentence(item.error, texts) : stateWords(item, texts, now)}
      ${renderReference(item, model)}</span
    >${state === 'uploading' ? html`<bdi>${texts.percent(item.progress.fraction)}</bdi>` : nothing}`
}

const avatarStyles = css`
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
