/**
 * Draws and announces files. Loaded with the first file: on many pages no file is chosen.
 *
 * @module
 */

import { type CSSResult, html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { repeat } from 'lit/directives/repeat.js'
import type { UploadItem } from '../../../client/list/snapshot.ts'
import { Announcer, type AnnouncerEffects } from '../../announce/announcer.ts'
import { ENGLISH } from '../../words/english.ts'
import type { ViewActions, ViewModel } from '../view-model.ts'
import { barStyles } from './bar-styles.ts'
import { renderInterrupted } from './interrupted.ts'
import { renderRow } from './row.ts'
import { rowStyles } from './row-styles.ts'
import { renderTotal } from './total.ts'

/**
 * So many rows are added in one drawing, so that thousands do not stop the page. They stay in one
 * block: the browser lays out blocks in sight, and only blocks that have changed are drawn.
 */
const BLOCK = 50

/** Draws files, and says what becomes of them. */
export class FileList {
  readonly styles: readonly CSSResult[] = [rowStyles, barStyles]
  readonly #announcer: Announcer
  #drawn = 0

  /** @param effects - Where changes are said. */
  constructor(effects: AnnouncerEffects) {
    this.#announcer = new Announcer(effects)
  }

  /** Says what has changed since it was told last. */
  tell(model: ViewModel): void {
    model.speech.alsoSay(ENGLISH)
    this.#announcer.follow(model)
  }

  /** Whether further drawings are needed for all rows of a model. */
  isBehind({ items }: ViewModel): boolean {
    return this.#drawn < items.length
  }

  /** Draws what a reload interrupted, all files together, and a row for each. */
  render(model: ViewModel, actions: ViewActions): TemplateResult {
    const { items, interrupted, speech, total } = model
    speech.alsoSay(ENGLISH)
    this.#drawn = Math.min(items.length, this.#drawn + BLOCK)
    // `role=list`: WebKit does not treat a list without markers as a list.
    return html`
      ${interrupted.length > 0 ? renderInterrupted(model, actions) : nothing}
      ${total.files > 1 ? renderTotal(model, actions) : nothing}
      ${
        items.length > 0
          ? html`<ul class="list" part="list" role="list" aria-label=${speech.say('files')}>
              ${blocksOf(items.slice(0, this.#drawn)).map((rows) => renderBlock(rows, model, actions))}
            </ul>`
          : nothing
      }
    `
  }
}

function blocksOf(items: readonly UploadItem[]): UploadItem[][] {
  const blocks: UploadItem[][] = []
  for (let from = 0; from < items.length; from += BLOCK) {
    blocks.push(items.slice(from, from + BLOCK))
  }
  return blocks
}

function renderBlock(rows: readonly UploadItem[], model: ViewModel, actions: ViewActions) {
  const changes = rows.flatMap((item) => changesOf(item, model))
  const draw = () =>
    repeat(
      rows,
      ({ id }) => id,
      (item) => guard(changesOf(item, model), () => renderRow(item, model, actions)),
    )
  return html`<div class=${rows.length === BLOCK ? 'block full' : 'block'}>${guard(changes, draw)}</div>`
}

/** A row is drawn when one of these has changed. */
function changesOf(item: UploadItem, { removed, speech, disabled, now }: ViewModel): unknown[] {
  return [item, removed.has(item.id), speech, disabled, item.waiting ? now : undefined]
}
