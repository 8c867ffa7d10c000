/**
 * Vitest's preview provider, which only opens a page, with a browser of ours to open it in: Vitest
 * itself drives Chromium, and no other engine that Debian has.
 *
 * @see https://vitest.dev/config/browser/preview
 * @module
 */

import { PreviewBrowserProvider, preview } from '@vitest/browser-preview'
import type { TestProject } from 'vitest/node'
import type { DrivenBrowser, Launch } from './driven-browser.ts'

/** All tests in one engine take some ten seconds. */
const LIMIT_MS = 5 * 60_000

/**
 * Opens the page of the tests in a browser of ours.
 *
 * @param name - For messages.
 * @param limitMs - After so long the browser is ended, and its tests fail: it hangs.
 */
export function drivenPreview(
  name: string,
  launch: Launch,
  limitMs = LIMIT_MS,
): ReturnType<typeof preview> {
  return {
    ...preview(),
    providerFactory: (project) => new DrivenPreviewProvider(project, { name, launch, limitMs }),
  }
}

interface DrivenOptions {
  readonly name: string
  readonly launch: Launch
  readonly limitMs: number
}

class DrivenPreviewProvider extends PreviewBrowserProvider {
  #browser: Promise<DrivenBrowser> | undefined
  #limit: NodeJS.Timeout | undefined
  readonly #options: DrivenOptions

  constructor(project: TestProject, options: DrivenOptions) {
    super(project)
    this.#options = options
  }

  override isOpen(): boolean {
    return this.#browser !== undefined
  }

  override async openPage(_sessionId: string, url: string): Promise<void> {
    const { name, launch, limitMs } = this.#options
    this.#browser ??= launch()
    const browser = await this.#browser
    // Vitest notices that the connection to the page is gone, and fails.
    this.#limit ??= setTimeout(() => {
      console.error(`${name} hangs: its tests took longer than ${limitMs / 1000} s. It is ended.`)
      void browser.close()
    }, limitMs)
    await browser.open(url)
  }

  override async close(): Promise<void> {
    clearTimeout(this.#limit)
    const browser = await this.#browser?.catch(() => undefined)
    await browser?.close()
  }
}
