/**
 * Does everything around rendering: loads the code that renders files, keeps focus, announces
 * changes, and updates displayed times.
 *
 * @module
 */

import {
  adoptStyles,
  type ReactiveController,
  type ReactiveElement,
  type TemplateResult,
} from 'lit'
import { rememberFocus } from './keep-focus.ts'
import type { FileList } from './list/file-list.ts'
import { styles } from './styles.ts'
import { renderUpload } from './view.ts'
import type { ViewActions, ViewModel } from './view-model.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60_000

export class ViewController implements ReactiveController {
  readonly #host: ReactiveElement
  #model: ViewModel | undefined
  #list: FileList | undefined
  #isLoading = false
  #restoreFocus = () => {}
  #tick: ReturnType<typeof setTimeout> | undefined

  constructor(host: ReactiveElement) {
    this.#host = host
    host.addController(this)
    // Loads the code that renders files as soon as the user shows interest in the element.
    for (const name of ['focusin', 'pointerenter', 'dragenter']) {
      host.addEventListener(name, () => void this.#load(), { once: true })
    }
  }

  draw(model: ViewModel, actions: ViewActions): TemplateResult {
    this.#model = model
    if (model.items.length + model.interrupted.length > 0) void this.#load()
    return renderUpload(model, actions, this.#list)
  }

  hostUpdate(): void {
    const root = this.#host.renderRoot
    if (root instanceof ShadowRoot) this.#restoreFocus = rememberFocus(root)
  }

  hostUpdated(): void {
    this.#restoreFocus()
    const model = this.#model
    if (!model) return
    this.#list?.tell(model)
    if (this.#list?.isBehind) this.#drawLater(0)
    else if (model.items.some(({ waiting }) => waiting?.until)) this.#drawLater()
    else if (model.interrupted.length > 0) this.#drawLater(MINUTE_MS)
  }

  hostDisconnected(): void {
    clearTimeout(this.#tick)
  }

  async #load(): Promise<void> {
    if (this.#list || this.#isLoading) return
    this.#isLoading = true
    try {
      const { FileList } = await import('./list/file-list.ts')
      this.#list = new FileList({
        status: this.#say('status'),
        alert: this.#say('alert'),
        render: () => {
          this.#host.requestUpdate()
          return this.#host.updateComplete
        },
      })
      const { renderRoot } = this.#host
      if (renderRoot instanceof ShadowRoot)
        adoptStyles(renderRoot, [...styles, ...this.#list.styles])
      this.#host.requestUpdate()
    } catch {
      // Loading failed. Uploads continue, and loading is retried.
      this.#drawLater()
    } finally {
      this.#isLoading = false
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
