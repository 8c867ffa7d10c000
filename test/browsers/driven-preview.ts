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

/** @param launch - Starts the browser in which the tests run. */
export function drivenPreview(launch: Launch): ReturnType<typeof preview> {
  return {
    ...preview(),
    providerFactory: (project) => new DrivenPreviewProvider(project, launch),
  }
}

class DrivenPreviewProvider extends PreviewBrowserProvider {
  #browser: Promise<DrivenBrowser> | undefined
  readonly #launch: Launch

  constructor(project: TestProject, launch: Launch) {
    super(project)
    this.#launch = launch
  }

  override isOpen(): boolean {
    return this.#browser !== undefined
  }

  override async openPage(_sessionId: string, url: string): Promise<void> {
    this.#browser ??= this.#launch()
    const browser = await this.#browser
    await browser.open(url)
  }

  override async close(): Promise<void> {
    const browser = await this.#browser?.catch(() => undefined)
    await browser?.close()
  }
}
