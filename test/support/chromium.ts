/**
 * One Chromium for all test files of a process, each with contexts of its own: to start one takes as long as a test.
 *
 * @module
 */

import { type Browser, chromium } from 'playwright'
import { CHROMIUM_FLAGS, findChromium } from '../../scripts/chromium.ts'

let started: Promise<Browser> | undefined

/** @returns The browser, which ends with the process: it is not to be closed. */
export async function sharedChromium(): Promise<Browser> {
  const browser = await started
  if (browser?.isConnected()) return browser
  started = chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS })
  return started
}
