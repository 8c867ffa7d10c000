/**
 * Firefox ESR, driven by the WebDriver BiDi that it speaks itself: no driver stands in between, and
 * request bodies are not collected in its memory.
 *
 * @module
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BidiSession } from './bidi-session.ts'
import {
  asJson,
  COMMAND_MS,
  type DrivenBrowser,
  deepQuery,
  fromJson,
  keyActions,
  type LaunchOptions,
} from './driven-browser.ts'
import { type ProcessGroup, startGroup } from './process-group.ts'

/** No first page, no request that a test has not asked for, and no question before a reload. */
const PREFERENCES: Readonly<Record<string, string | number | boolean>> = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.blockedURIs.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.disable_beforeunload': true,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
  // Timers of a page that nobody sees would run once a second.
  'dom.min_background_timeout_value': 4,
  'dom.timeout.enable_budget_timer_throttling': false,
}

export async function launchFirefox({ proxy }: LaunchOptions = {}): Promise<DrivenBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'waybill-firefox-'))
  const preferences = { ...PREFERENCES, ...(proxy === undefined ? {} : proxied(proxy)) }
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  )
  await writeFile(join(profile, 'user.js'), lines.join(''))
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
  const group = startGroup('firefox-esr', args, { HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1' })
  const close = async () => {
    await group.stop()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    return { ...(await drive(group)), close }
  } catch (error) {
    await close()
    throw error
  }
}

function proxied(proxy: string): Readonly<Record<string, string | number | boolean>> {
  const [host = '', port] = proxy.split(':')
  return {
    'network.proxy.type': 1,
    'network.proxy.http': host,
    'network.proxy.http_port': Number(port),
    'network.proxy.allow_hijacking_localhost': true,
    'network.proxy.no_proxies_on': '',
  }
}

async function drive(group: ProcessGroup): Promise<Omit<DrivenBrowser, 'close'>> {
  const [, address] = await group.said(/listening on (ws:\/\/\S+)/, COMMAND_MS)
  const session = await BidiSession.connect(`${address}/session`)
  await session.send('session.new', { capabilities: {} })
  const context = contextOf(await session.send('browsingContext.getTree', { maxDepth: 0 }))
  const wait = 'complete'
  const evaluate = async (expression: string) =>
    resultOf(
      await session.send('script.evaluate', {
        ...{ expression, target: { context }, awaitPromise: true },
        userActivation: true,
      }),
    )
  return {
    open: async (url) =>
      void (await session.send('browsingContext.navigate', { context, url, wait })),
    reload: async () => void (await session.send('browsingContext.reload', { context, wait })),
    evaluate: async (expression) => fromJson((await evaluate(asJson(expression))).value),
    chooseFile: async (selector, path) => {
      const found = await evaluate(deepQuery(selector))
      const element = { sharedId: found.sharedId }
      await session.send('input.setFiles', { context, element, files: [path] })
    },
    type: async (keys) =>
      void (await session.send('input.performActions', { context, actions: keyActions(keys) })),
  }
}

/** The first tab. */
function contextOf(tree: unknown): string {
  const { contexts } = tree as { readonly contexts: readonly { readonly context: string }[] }
  const [first] = contexts
  if (!first) throw new Error('Firefox has no tab')
  return first.context
}

/** @see https://w3c.github.io/webdriver-bidi/#type-script-EvaluateResult */
interface EvaluateResult {
  readonly type: 'success' | 'exception'
  readonly result?: { readonly value?: unknown; readonly sharedId?: string }
  readonly exceptionDetails?: { readonly text: string }
}

function resultOf(answer: unknown): NonNullable<EvaluateResult['result']> {
  const { type, result, exceptionDetails } = answer as EvaluateResult
  if (type === 'exception' || !result) throw new Error(`the page threw ${exceptionDetails?.text}`)
  return result
}
