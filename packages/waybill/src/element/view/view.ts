/**
 * Renders the element: the drop zone and, below it, the files. An avatar is both. Loads the code
 * that renders files, keeps focus, announces changes, and updates displayed times. Never sets a
 * `style` attribute, because a Content Security Policy may forbid it.
 *
 * @module
 */

import {
  adoptStyles,
  type CSSResult,
  html,
  nothing,
  type ReactiveController,
  type ReactiveElement,
  type TemplateResult,
} from 'lit'
import { loadChunk } from '../../client/load-chunk.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { renderDropZone } from './drop-zone.ts'
import { styles } from './styles.ts'
import type { FilesView, FilesViewEffects, ViewActions, ViewModel } from './view-model.ts'

const SECOND_MS = 1000
/** If the code that renders files takes longer, their names are shown without it. */
const LATE_MS = 700
const MINUTE_MS = 60_000

type Chunk = 'list' | 'avatar'

/** Why there is no view, if its code takes long to load or cannot be loaded. */
type MissingView = 'late' | 'outdated' | undefined

export class ViewController implements ReactiveController {
  readonly #host: ReactiveElement
  #model: ViewModel | undefined
  #list: FilesView | undefined
  #avatar: FilesView | undefined
  readonly #styles: CSSResult[] = [styles]
  /** The code that is loaded or being loaded. */
  readonly #loaded = new Set<Chunk>()
  #missing: MissingView
  #restoreFocus = () => {}
  #tick: ReturnType<typeof setTimeout> | undefined

  constructor(host: ReactiveElement) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    // Early, because there may be no network, or a newer deployment, once the user chooses a file.
    whenIdle(() => this.#loadView())
  }

  draw(model: ViewModel, actions: ViewActions): TemplateResult {
    this.#model = model
    if (isAvatar(model) || model.items.length + model.interrupted.length > 0) this.#loadView()
    return renderUpload(model, actions, this.#view, this.#missing)
  }

  hostUpdate(): void {
    const root = this.#host.renderRoot
    if (root instanceof ShadowRoot) this.#restoreFocus = rememberFocus(root)
  }

  hostUpdated(): void {
    this.#restoreFocus()
    const model = this.#model
    if (!model) return
    this.#view?.tell(model)
    const delays = [
      this.#view?.renderInMs,
      model.items.some(({ waiting }) => waiting?.until) ? SECOND_MS : undefined,
      model.interrupted.length > 0 ? MINUTE_MS : undefined,
    ].filter((delay) => delay !== undefined)
    if (delays.length > 0) this.#drawLater(Math.min(...delays))
  }

  hostDisconnected(): void {
    clearTimeout(this.#tick)
  }

  get #view(): FilesView | undefined {
    return this.#model && isAvatar(this.#model) ? this.#avatar : this.#list
  }

  #loadView(): void {
    if (!this.#host.isConnected) return
    const effects: FilesViewEffects = {
      status: this.#say('status'),
      alert: this.#say('alert'),
      render: () => {
        this.#host.requestUpdate()
        return this.#host.updateComplete
      },
      isInUse: () => isInUse(this.#host.renderRoot.querySelector('.files > .list')),
      focusedRow: () => focusedRow(this.#host.renderRoot),
    }
    if (this.#model && isAvatar(this.#model)) {
      void this.#load('avatar', async () => {
        const { AvatarView } = await import('./avatar.ts')
        this.#avatar = new AvatarView(effects)
        return this.#avatar.styles
      })
    } else {
      void this.#load('list', async () => {
        const { FileList } = await import('./list/file-list.ts')
        this.#list = new FileList(effects)
        return this.#list.styles
      })
    }
  }

  async #load(name: Chunk, load: () => Promise<readonly CSSResult[]>): Promise<void> {
    if (this.#loaded.has(name)) return
    this.#loaded.add(name)
    const late = setTimeout(() => this.#isMissing(this.#missing ?? 'late'), LATE_MS)
    try {
      this.#styles.push(...(await loadChunk(load)))
      const { renderRoot } = this.#host
      if (renderRoot instanceof ShadowRoot) adoptStyles(renderRoot, this.#styles)
      this.#isMissing(undefined)
    } catch (error) {
      // Uploads continue, and loading is retried while there are files to show.
      this.#loaded.delete(name)
      if (this.#missing !== 'outdated' && error instanceof UploadError)
        console.warn(`waybill: ${error.code}: ${error.message}`)
      this.#isMissing('outdated')
    } finally {
      clearTimeout(late)
    }
  }

  #isMissing(missing: MissingView): void {
    this.#missing = missing
    this.#host.requestUpdate()
  }

  #say(role: 'status' | 'alert') {
    return (text: string) => {
      const region = this.#host.renderRoot.querySelector(`.unseen[role=${role}]`)
      if (region) region.textContent = text
    }
  }

  #drawLater(delayMs: number): void {
    clearTimeout(this.#tick)
    // An element may be updated once more after it was removed from the page.
    if (this.#host.isConnected) this.#tick = setTimeout(() => this.#host.requestUpdate(), delayMs)
  }
}

/** Safari has no idle callbacks. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run)
  else setTimeout(run, SECOND_MS)
}

function isAvatar({ shape }: ViewModel): boolean {
  return shape === 'avatar'
}

/** On a touch screen, `:hover` stays where the last tap was. */
function isInUse(list: Element | null): boolean {
  if (!list) return false
  const isHovered = matchMedia('(hover: hover)').matches && list.matches(':hover')
  return isHovered || list.querySelector(':focus-visible') !== null
}

function focusedRow(root: ParentNode): string | undefined {
  return root.querySelector('.row:focus-within')?.getAttribute('data-id') ?? undefined
}

export function renderUpload(
  model: ViewModel,
  actions: ViewActions,
  view: FilesView | undefined,
  missing?: MissingView,
): TemplateResult {
  const { items, dir, texts, shape, mistake } = model
  // Rendered first, because it adds the texts that the drop zone needs once there are files.
  const files = view ? view.render(model, actions) : missing ? renderLines(model) : nothing
  const isSmall = view !== undefined && items.length > 0
  const notice = mistake ?? (missing === 'outdated' && texts.say('outdated'))
  return html`
    <div class="root" part="root" dir=${dir} lang=${texts.lang}>
      ${shape === 'avatar' && !missing ? nothing : renderDropZone(model, actions, isSmall)}
      ${notice ? html`<div class="notice" part="notice" role="alert">${notice}</div>` : nothing}
      ${files}
      ${items.length > 0 ? undefined : html`<slot name="empty"></slot>`}
      <slot name="footer"></slot>
      <div class="unseen" role="status"></div>
      <div class="unseen" role="alert"></div>
    </div>
  `
}

/** All that can be said of the files without the code that renders them. */
function renderLines({ items, removed, texts }: ViewModel) {
  return items.map(({ id, name, state, waiting, progress }) => {
    if (removed.has(id)) return nothing
    const words =
      state === 'failed'
        ? texts.say('failed')
        : waiting?.reason === 'offline'
          ? texts.say('offline')
          : texts.percent(progress.fraction)
    return html`<div><bdi>${name}</bdi> · ${words}</div>`
  })
}

/**
 * Remembers which element in a shadow tree has focus, because rendering can move or remove it.
 * Otherwise, the next Tab would start at the top of the page.
 *
 * @returns A function to call after rendering. If focus was lost, the function focuses the same
 *   button in its row. If the button is gone, it focuses the row; if the row is gone too, the next
 *   row, the previous row, or the drop zone. From a button of the total, focus moves to the total.
 */
function rememberFocus(root: ShadowRoot): () => void {
  const focused = root.activeElement
  if (!focused) return () => {}
  const row = focused.closest('.row')
  const ids = row ? idsFrom(row, [...root.querySelectorAll('.row')]) : []
  const isOutside = !row && focused.closest('.files')
  return () => {
    if (root.activeElement) return
    const target =
      (focused.isConnected && focused) ||
      rowOf(root, ids, focused.getAttribute('part')) ||
      (isOutside && root.querySelector('.files > [tabindex], .files .row')) ||
      root.querySelector('button')
    if (target instanceof HTMLElement) target.focus({ preventScroll: true })
  }
}

/** @returns The row's id, then those of the rows after it and before it, nearest first. */
function idsFrom(row: Element, rows: readonly Element[]): readonly string[] {
  const at = rows.indexOf(row)
  return [row, ...rows.slice(at + 1), ...rows.slice(0, at).reverse()].map(
    (each) => each.getAttribute('data-id') ?? '',
  )
}

/** Finds rows by id, because a row that moves can be rendered anew. */
function rowOf(root: ShadowRoot, ids: readonly string[], part: string | null) {
  for (const [index, id] of ids.entries()) {
    const row = root.querySelector(`.row[data-id="${CSS.escape(id)}"]`)
    if (!row) continue
    if (row.classList.contains('removed')) return row.querySelector('button') // the undo button
    return (index === 0 && row.querySelector(`button[part="${part}"]`)) || row
  }
  return undefined
}
