/**
 * Does everything around rendering: loads the code that renders files, keeps focus, announces
 * changes, and updates displayed times.
 *
 * @module
 */

import {
  adoptStyles,
  type CSSResult,
  type ReactiveController,
  type ReactiveElement,
  type TemplateResult,
} from 'lit'
import { loadChunk } from '../../client/load-chunk.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { FilesView, FilesViewEffects } from './files-view.ts'
import { rememberFocus } from './keep-focus.ts'
import { styles } from './styles.ts'
import { type MissingView, renderUpload } from './view.ts'
import type { ViewActions, ViewModel } from './view-model.ts'

const SECOND_MS = 1000
/** If the code that renders files takes longer, their names are shown without it. */
const LATE_MS = 700
const MINUTE_MS = 60_000

type Chunk = 'list' | 'avatar'

export class ViewController implements ReactiveController {
  readonly #host: ReactiveElement
  #model: ViewModel | undefined
  #list: FilesView | undefined
  #avatar: FilesView | undefined
  readonly #styles: CSSResult[] = [...styles]
  /** The code that is loaded or being loaded. */
  readonly #loaded = new Set<Chunk>()
  /** Why there is no view, once that takes long. */
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
        const { AvatarView } = await import('./avatar/avatar-view.ts')
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
