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
import type { FilesView, FilesViewEffects } from './files-view.ts'
import { rememberFocus } from './keep-focus.ts'
import { styles } from './styles.ts'
import { renderUpload } from './view.ts'
import type { ViewActions, ViewModel } from './view-model.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60_000

type Chunk = 'list' | 'avatar' | 'bar code'

export class ViewController implements ReactiveController {
  readonly #host: ReactiveElement
  #model: ViewModel | undefined
  #list: FilesView | undefined
  #avatar: FilesView | undefined
  #renderBarCode: ViewModel['renderBarCode']
  readonly #styles: CSSResult[] = [...styles]
  /** The code that is loaded or being loaded. */
  readonly #loaded = new Set<Chunk>()
  #restoreFocus = () => {}
  #tick: ReturnType<typeof setTimeout> | undefined

  constructor(host: ReactiveElement) {
    this.#host = host
    host.addController(this)
    // Loads the code that renders files as soon as the user shows interest in the element.
    for (const name of ['focusin', 'pointerenter', 'dragenter']) {
      host.addEventListener(name, () => this.#loadView(), { once: true })
    }
  }

  draw(model: ViewModel, actions: ViewActions): TemplateResult {
    this.#model = model
    if (isAvatar(model) || model.items.length + model.interrupted.length > 0) this.#loadView()
    const isBarCode = model.theme === 'barcode'
    if (isBarCode && this.#list) void this.#loadBarCode()
    const renderBarCode = isBarCode && this.#renderBarCode
    return renderUpload(renderBarCode ? { ...model, renderBarCode } : model, actions, this.#view)
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
        // First, because it determines the height of rows.
        if (this.#model?.theme === 'barcode') await this.#loadBarCode()
        const { FileList } = await import('./list/file-list.ts')
        this.#list = new FileList(effects)
        return this.#list.styles
      })
    }
  }

  #loadBarCode(): Promise<void> {
    return this.#load('bar code', async () => {
      const { barCodeStyles, renderBarCode } = await import('./list/bar-code.ts')
      this.#renderBarCode = renderBarCode
      return [barCodeStyles]
    })
  }

  async #load(name: Chunk, load: () => Promise<readonly CSSResult[]>): Promise<void> {
    if (this.#loaded.has(name)) return
    this.#loaded.add(name)
    try {
      this.#styles.push(...(await load()))
      const { renderRoot } = this.#host
      if (renderRoot instanceof ShadowRoot) adoptStyles(renderRoot, this.#styles)
      this.#host.requestUpdate()
    } catch {
      // Loading failed. Uploads continue, and loading is retried.
      this.#loaded.delete(name)
      this.#drawLater()
    }
  }

  #say(role: 'status' | 'alert') {
    return (text: string) => {
      const region = this.#host.renderRoot.querySelector(`[role=${role}]`)
      if (region) region.textContent = text
    }
  }

  #drawLater(delayMs = SECOND_MS): void {
    clearTimeout(this.#tick)
    // An element may be updated once more after it was removed from the page.
    if (this.#host.isConnected) this.#tick = setTimeout(() => this.#host.requestUpdate(), delayMs)
  }
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
