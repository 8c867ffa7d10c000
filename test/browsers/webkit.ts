/**
 * WebKitGTK's MiniBrowser, driven by WebDriver on a display that only it sees.
 *
 * @see https://w3c.github.io/webdriver/
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@waybill/test-support/free-ports'
import {
  asJson,
  COMMAND_MS,
  type DrivenBrowser,
  deepQuery,
  fromJson,
  keyActions,
  type LaunchOptions,
} from './driven-browser.ts'
import { startGroup } from './process-group.ts'

/** Where the driver looks by itself there is no MiniBrowser on Debian. */
export const MINI_BROWSER = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/webkit2gtk-4.1/MiniBrowser`
/** The member that names an element: https://w3c.github.io/webdriver/#elements */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

export async function launchWebkit({ proxy }: LaunchOptions = {}): Promise<DrivenBrowser> {
  const home = await mkdtemp(join(tmpdir(), 'waybill-webkit-'))
  const display = startGroup('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'])
  const stops: (() => Promise<void>)[] = [display.stop]
  const close = async () => {
    for (const stop of stops.reverse()) await stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const [, number] = await display.said(/^(\d+)\n/m, COMMAND_MS)
    const [port] = await freePorts(1)
    const env = { DISPLAY: `:${number}`, HOME: home, XDG_RUNTIME_DIR: home, GDK_BACKEND: 'x11' }
    const driver = startGroup('WebKitWebDriver', [`--port=${port}`], env)
    stops.push(driver.stop)
    return { ...(await drive(`http://127.0.0.1:${port}`, proxy)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function drive(
  driver: string,
  proxy: string | undefined,
): Promise<Omit<DrivenBrowser, 'close'>> {
  const alwaysMatch = {
    'webkitgtk:browserOptions': { binary: MINI_BROWSER, args: ['--automation'] },
    ...(proxy === undefined ? {} : { proxy: { proxyType: 'manual', httpProxy: proxy } }),
  }
  await untilReady(driver)
  const started = await ask(`${driver}/session`, { capabilities: { alwaysMatch } })
  const { sessionId } = started as { readonly sessionId: string }
  const session = `${driver}/session/${sessionId}`
  await ask(`${session}/timeouts`, { pageLoad: COMMAND_MS, script: COMMAND_MS })
  return {
    open: async (url) => void (await ask(`${session}/url`, { url })),
    reload: async () => void (await ask(`${session}/refresh`, {})),
    evaluate: async (expression) => {
      const script = `return ${asJson(expression)}`
      return fromJson(await ask(`${session}/execute/sync`, { script, args: [] }))
    },
    chooseFile: async (selector, path) => {
      const script = `return ${deepQuery(selector)}`
      const found = await ask(`${session}/execute/sync`, { script, args: [] })
      const { [ELEMENT]: element } = found as Readonly<Record<string, string>>
      await ask(`${session}/element/${element}/value`, { text: path })
    },
    type: async (keys) => void (await ask(`${session}/actions`, { actions: keyActions(keys) })),
  }
}

/** The driver says nothing when it is ready. */
async function untilReady(driver: string): Promise<void> {
  const deadline = performance.now() + COMMAND_MS
  for (;;) {
    try {
      return void (await (await fetch(`${driver}/status`)).arrayBuffer())
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** @throws {Error} What the driver answered to it. */
async function ask(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(COMMAND_MS),
  })
  const { value } = (await response.json()) as { readonly value: unknown }
  if (response.ok) return value
  const { error, message } = value as { readonly error: string; readonly message: string }
  throw new Error(`${error}: ${message}`)
}
