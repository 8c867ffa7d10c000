/**
 * One Chromium for all test files of a process, each with contexts of its own: to start one takes as long as a test.
 *
 * @module
 */

import { type Browser, chromium } from 'playwright'
import { CHROMIUM_FLAGS, findHeadlessChromium } from '../../tools/chromium.ts'

/** A name of this machine for this browser, which takes it for any site. */
export const FOREIGN_HOST = 'app.example'

const args = [...CHROMIUM_FLAGS, `--host-resolver-rules=MAP ${FOREIGN_HOST} 127.0.0.1`]

/** Without a locale of UTF-8, Chromium cannot name what it saves `grüße.txt`. */
const env = { ...process.env, LC_ALL: 'C.UTF-8' }

let started: Promise<Browser> | undefined

/** @returns The browser, which ends with the process: it is not to be closed. */
export async function sharedChromium(): Promise<Browser> {
  const browser = await started
  if (browser?.isConnected()) return browser
  started = chromium.launch({ executablePath: findHeadlessChromium(), args, env })
  return started
}
