/**
 * Renders and announces files. This code loads with the first file, because many visitors never
 * choose one.
 *
 * @module
 */

import { type CSSResult, html, noChange, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { ref } from 'lit/directives/ref.js'
import { repeat } from 'lit/directives/repeat.js'
import type { InterruptedItem, UploadItem } from '../../../client/list/upload-list.ts'
import { Announcer } from '../../announcer.ts'
import { ENGLISH } from '../../words/english.ts'
import type { Texts } from '../../words/texts.ts'
import { icon } from '../icons.ts'
import type { FilesView, FilesViewEffects, ViewActions, ViewModel } from '../view-model.ts'
import { fitName, renderName, renderRow } from './row.ts'
import { isBad, RowOrder } from './row-order.ts'
import { partStyles, renderThumbnail } from './row-parts.ts'
import { rowStyles } from './row-styles.ts'
import { tileStyles } from './tile-styles.ts'
import { TimesLeft } from './time-left.ts'
import { renderTotal } from './total.ts'

/**
 * Rows per block. Only changed blocks are rendered, and only those near the viewport are laid out.
 * Tiles fill whole lines of 2, 3, 4, 6, 8 or 12.
 */
const BLOCK = 48
/** Limits the rows per render, because thousands of rows at once would block the page. */
const ROWS_AT_ONCE = 25

interface Shown extends Pick<ViewModel, 'removed' | 'texts' | 'disabled' | 'layout'> {
  readonly rows: readonly UploadItem[]
}

export class FileList implements FilesView {
  readonly styles: readonly CSSResult[] = [partStyles, rowStyles, tileStyles]
  readonly #announcer: Announcer
  readonly #render: FilesViewEffects['render']
  readonly #order: RowOrder
  readonly #timesLeft = new TimesLeft()
  #shown: readonly Shown[] = []
  #isBehind = false
  #isUnfolded = false

  constructor(effects: FilesViewEffects) {
    this.#announcer = new Announcer(effects)
    this.#render = effects.render
    this.#order = new RowOrder(effects)
  }

  tell(model: ViewModel): void {
    model.texts.alsoSay(ENGLISH)
    this.#announcer.follow(model)
  }

  get renderInMs(): number | undefined {
    return this.#isBehind ? 0 : this.#order.changeInMs
  }

  render(given: ViewModel, actions: ViewActions): TemplateResult {
    const model = { ...given, timesLeft: this.#timesLeft }
    const { interrupted, texts, total } = model
    texts.alsoSay(ENGLISH)
    const { all, folded } = this.#order.arrange(model)
    const blocks = this.#renderBlocks(this.#isUnfolded ? all : folded, model, actions)
    const clear = () => {
      this.#announcer.cleared(total.done)
      actions.clear()
    }
    // `role=list` is needed because WebKit does not treat a list without markers as a list.
    return html`
      ${interrupted.length > 0 ? renderInterrupted(model, actions) : nothing}
      ${
        all.length > 0
          ? html`<div class="files card" part="files">
              ${total.files > 1 ? renderTotal(model, actions, clear) : nothing}
              <ul class="list ${model.layout === 'grid' ? 'tiles' : ''}" part="list" role="list" aria-label=${texts.say('files')}>
                ${blocks}
              </ul>
              ${all.length > folded.length ? this.#renderFold(all.length, texts) : nothing}
            </div>`
          : nothing
      }
    `
  }

  #renderFold(files: number, texts: Texts): TemplateResult {
    const isUnfolded = this.#isUnfolded
    return html`<button
      type="button"
      class="fold"
      part="button show-all"
      aria-expanded=${isUnfolded ? 'true' : 'false'}
      @click=${({ currentTarget }: Event) => {
        if (currentTarget instanceof HTMLElement) void this.#toggle(currentTarget)
      }}
    >
      ${texts.say(isUnfolded ? 'showFewer' : 'showAll', { n: files })}${icon('more')}
    </button>`
  }

  async #toggle(button: HTMLElement): Promise<void> {
    const rows = () => [...(button.parentElement?.querySelectorAll<HTMLElement>('.row') ?? [])]
    const before = new Set(rows())
    this.#isUnfolded = !this.#isUnfolded
    await this.#render()
    // The next Tab should reach the rows that have appeared above the button.
    const added = rows().find((row) => !before.has(row))
    if (this.#isUnfolded) added?.focus({ preventScroll: true })
    else button.scrollIntoView({ block: 'nearest' })
  }

  #renderBlocks(
    items: readonly UploadItem[],
    model: ViewModel,
    actions: ViewActions,
  ): TemplateResult[] {
    const { removed, texts, disabled, layout } = model
    const shown: Shown[] = []
    const blocks: TemplateResult[] = []
    let left = ROWS_AT_ONCE
    // Failed files among tiles have a block of their own.
    const front = layout === 'grid' ? items.findIndex((item) => !isBad(item)) : 0
    this.#isBehind = false
    for (let from = 0, to = 0; from < items.length; from = to) {
      to = Math.min(from + BLOCK, from < front ? front : items.length)
      const before = this.#shown[shown.length]
      const most = Math.min(to - from, (before?.rows.length ?? 0) + Math.max(0, left))
      const rows = items.slice(from, from + most)
      if (rows.length < to - from) this.#isBehind = true
      if (rows.length === 0) break
      const next: Shown = { rows, removed, texts, disabled, layout }
      const changed = countChanged(next, before)
      const isLate = changed > 0 && left <= 0 && before && areSameFiles(rows, before.rows)
      if (isLate) this.#isBehind = true
      else left -= changed
      const isDrawn = !isLate && (changed > 0 || rows.some(countsDown))
      shown.push(isLate ? before : next)
      blocks.push(renderBlock(rows, isDrawn ? renderRows(rows, model, actions) : noChange))
    }
    this.#shown = shown
    return blocks
  }
}

function countChanged({ rows, ...now }: Shown, before: Shown | undefined): number {
  const isAnew =
    now.texts !== before?.texts || now.disabled !== before.disabled || now.layout !== before.layout
  if (isAnew || rows.length < before.rows.length) return rows.length
  const isSame = (item: UploadItem, index: number) =>
    item === before.rows[index] && now.removed.has(item.id) === before.removed.has(item.id)
  return rows.filter((item, index) => !isSame(item, index)).length
}

function areSameFiles(rows: readonly UploadItem[], before: readonly UploadItem[]): boolean {
  return before.every(({ id }, index) => rows[index]?.id === id)
}

function renderBlock(rows: readonly UploadItem[], content: unknown): TemplateResult {
  return html`<div class=${rows.length === BLOCK ? 'block full' : 'block'}>${content}</div>`
}

function renderRows(rows: readonly UploadItem[], model: ViewModel, actions: ViewActions) {
  return repeat(
    rows,
    ({ id }) => id,
    (item) => guard(changesOf(item, model), () => renderRow(item, model, actions)),
  )
}

function changesOf(item: UploadItem, model: ViewModel): unknown[] {
  const { removed, texts, disabled, layout, now } = model
  const second = countsDown(item) ? Math.floor(now.getTime() / 1000) : undefined
  return [item, removed.has(item.id), texts, disabled, layout, second]
}

function countsDown({ waiting }: UploadItem): boolean {
  return waiting?.until !== undefined
}

/** Interrupted uploads. The user resumes one by choosing its file again. */
function renderInterrupted(model: ViewModel, actions: ViewActions): TemplateResult {
  const { interrupted, texts } = model
  return html`
    <ul class="list card" part="interrupted" role="list" aria-label=${texts.say('interrupted')}>
      ${interrupted.map((item) => renderInterruptedRow(item, model, actions))}
    </ul>
  `
}

function renderInterruptedRow(item: InterruptedItem, model: ViewModel, actions: ViewActions) {
  const { id, name, size, sent, updatedAt, canReopen, type } = item
  const { texts, disabled, mismatched, now } = model
  const isWrong = mismatched === id
  const button = (act: (id: string) => void, key: 'choose' | 'forget' | 'resume') => html`<button
    type="button"
    class="quiet"
    part="button ${key}"
    aria-label=${texts.say(`${key}Name`, { name })}
    aria-disabled=${disabled ? 'true' : 'false'}
    @click=${() => disabled || act(id)}
  >
    ${texts.say(key)}
  </button>`
  const ago = texts.ago(updatedAt, now)
  const percent = texts.percent(size > 0 ? sent / size : 0)
  return html`
    <li class="row interrupted ${isWrong ? 'failed' : ''}" part="row interrupted" data-id=${id} tabindex="-1">
      ${renderThumbnail({ name, type }, 'interrupted')}
      <div class="what">
        <div class="line" ${ref(fitName)}>${renderName(name)}</div>
        <div class="about">
          ${
            isWrong
              ? html`<div class="why">${icon('failed')}<span class="words">${texts.say('notThisFile')}</span></div>`
              : html`<span class="words">${sent > 0 ? texts.say('interruptedRow', { percent, ago }) : texts.say('interruptedNew', { ago })}</span>`
          }
        </div>
      </div>
      <div class="buttons">
        ${button(actions.chooseForInterrupted, canReopen ? 'resume' : 'choose')}
        ${button(actions.forgetInterrupted, 'forget')}
      </div>
    </li>
  `
}
