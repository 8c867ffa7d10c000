/**
 * `<waybill-upload>` in a real Chromium, over a real signer and S3, on a slow line; what its live
 * regions say is noted with its time.
 *
 * @module
 */

import { EventEmitter, once } from 'node:events'
import { elementScripts, startApplication } from '@waybill/test-support/element-application'
import type { Browser, Page } from 'playwright'

/** A text of a live region. */
export interface Told {
  /** Since the page was first opened. */
  readonly seconds: number
  readonly role: 'status' | 'alert'
  readonly text: string
}

/** A page with one element. */
export interface LivePage {
  readonly page: Page
  /** All that was told until now. */
  readonly told: readonly Told[]
  /** Waits until a text like this was told. */
  untilTold(text: RegExp): Promise<void>
  /** Roles and names, as assistive technology gets them. */
  accessibilityTree(): Promise<string>
  setLine(bytesPerSecond: number | 'cut'): Promise<void>
  reload(): Promise<void>
  close(): Promise<void>
}

/** Runs in the page, once the element is drawn. */
const NOTE_TEXTS = `(() => {
  for (const region of document.querySelector('waybill-upload').shadowRoot.querySelectorAll('[role=status], [role=alert]'))
    new MutationObserver(() => noteText(region.getAttribute('role'), region.textContent, Date.now()))
      .observe(region, { childList: true, characterData: true, subtree: true })
})()`

/** Opens a page. @param bytesPerSecond - How fast it sends. */
export async function openLivePage(browser: Browser, bytesPerSecond: number): Promise<LivePage> {
  const scripts = await elementScripts()
  const { url, close } = await startApplication(({ url: path = '/' }, response) => {
    const script = scripts.get(path)
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html')
    response.end(script ?? HTML)
  })
  const page = await browser.newPage()
  const told: Told[] = []
  const noted = new EventEmitter()
  const openedAt = Date.now()
  await page.exposeFunction('noteText', (role: Told['role'], text: string, at: number) => {
    const seconds = Math.round((at - openedAt) / 100) / 10
    told.push({ seconds, role, text })
    noted.emit('text')
  })
  const drawn = async () => {
    await page.locator('waybill-upload .zone').waitFor()
    await page.evaluate(NOTE_TEXTS)
  }
  await page.goto(url)
  await drawn()
  const session = await page.context().newCDPSession(page)
  const setLine = (rate: number | 'cut') =>
    session.send('Network.emulateNetworkConditions', {
      offline: rate === 'cut',
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: rate === 'cut' ? -1 : rate,
    })
  await setLine(bytesPerSecond)
  return {
    ...{ page, told },
    untilTold: async (wanted) => {
      while (!told.some(({ text }) => wanted.test(text))) await once(noted, 'text')
    },
    accessibilityTree: () => page.locator('waybill-upload').ariaSnapshot(),
    setLine: async (rate) => {
      await setLine(rate)
    },
    reload: async () => {
      await page.reload()
      await drawn()
    },
    close: async () => {
      await page.close()
      await close()
    },
  }
}

const HTML = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Photos</title>
  <script type="module" src="/stdin.js"></script>
  <main>
    <h1>Photos</h1>
    <label for="photos">Your photos</label>
    <waybill-upload id="photos" endpoint="/api/uploads" rule="any" name="files" multiple></waybill-upload>
    <button>After it</button>
  </main>`

/** A file as a browser is given it. */
export interface GivenFile {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** Files of so many bytes, no two alike. */
export function filesOf(count: number, size: number): readonly GivenFile[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `photo-${index + 1}.jpg`,
    mimeType: 'image/jpeg',
    buffer: Buffer.alloc(size, index + 1),
  }))
}
