/**
 * The three browser engines of the tests, and what this machine lacks of them.
 *
 * @module
 */

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findChromium } from '../../tools/chromium.ts'
import { launchChromium } from './chromium.ts'
import type { Launch } from './driven-browser.ts'
import { launchFirefox } from './firefox.ts'
import { launchWebkit, MINI_BROWSER } from './webkit.ts'

export interface Engine {
  readonly name: 'chromium' | 'firefox' | 'webkit'
  readonly launch: Launch
  /** What this machine lacks to run it, in words; absent when it can run. */
  readonly lacks?: string
}

export const ENGINES: readonly Engine[] = [
  engine('chromium', launchChromium, findChromium() ? [] : ['chromium']),
  engine('firefox', launchFirefox, programs('firefox-esr')),
  engine('webkit', launchWebkit, [
    ...programs('WebKitWebDriver', 'Xvfb'),
    ...(existsSync(MINI_BROWSER) ? [] : [MINI_BROWSER]),
  ]),
]

function engine(name: Engine['name'], launch: Launch, missing: readonly string[]): Engine {
  if (missing.length === 0) return { name, launch }
  return { name, launch, lacks: `${missing.join(' and ')} not found on this machine` }
}

/** @returns Those that are not in the path. */
function programs(...names: readonly string[]): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.filter((name) => !folders.some((folder) => existsSync(join(folder, name))))
}
