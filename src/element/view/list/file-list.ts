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

/** Draws files, and says what becomes of them. */
export class FileList {
  readonly styles: readonly CSSResult[] = [rowStyles, barStyles]
  readonly #announcer: Announcer

  /** @param effects - Where changes are said. */
  constructor(effects: AnnouncerEffects) {
    this.#announcer = new Announcer(effects)
  }

  /** Says what has changed since it was told last. */
  tell(model: ViewModel): void {
    model.speech.alsoSay(ENGLISH)
    this.#announcer.follow(model)
  }

  /** Draws what a reload interrupted, all files together, and a row for each. */
  render(model: ViewModel, actions: ViewActions): TemplateResult {
    const { items, interrupted, speech, total } = model
    speech.alsoSay(ENGLISH)
    // `role=list`: WebKit does not treat a list without markers as a list.
    return html`
      ${interrupted.length > 0 ? renderInterrupted(model, actions) : nothing}
      ${total.files > 1 ? renderTotal(model, actions) : nothing}
      ${
        items.length > 0
          ? html`<ul class="list" part="list" role="list" aria-label=${speech.say('files')}>
              ${repeat(
                items,
                ({ id }) => id,
                (item) => renderChanged(item, model, actions),
              )}
            </ul>`
          : nothing
      }
    `
  }
}

/** Draws only rows that have changed, of two hundred for example. */
function renderChanged(item: UploadItem, model: ViewModel, actions: ViewActions) {
  const { removed, speech, disabled, now } = model
  const changes = [item, removed.has(item.id), speech, disabled, item.waiting ? now : undefined]
  return guard(changes, () => renderRow(item, model, actions))
}
