/**
 * Finds Chromium on this machine, and the flags for tests. Used by Vitest and by the tests that
 * drive a whole browser. `setup.js` installs it.
 *
 * @module
 */

import { existsSync } from 'node:fs'

/**
 * Paths on Debian, Ubuntu, Fedora, macOS and Windows. `CHROMIUM` in the environment comes first.
 */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** Of Debian's package `chromium-headless-shell`. */
const HEADLESS = '/usr/bin/chromium-headless-shell'

/**
 * No sandbox (tests run as root in CI), no GPU, and no requests to Google, which fail in a closed
 * network.
 */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Returns the path of Chromium or Chrome; an empty string if there is none. */
export function findChromium(): string {
  const chosen = process.env.CHROMIUM
  if (chosen) return chosen
  return PLACES.find((path) => existsSync(path)) ?? ''
}

/**
 * Returns the path of a Chromium that cannot open windows, which takes a quarter of the CPU for a
 * page; of any other one where there is none. `CHROMIUM` comes first here too.
 */
export function findHeadlessChromium(): string {
  const isThere = !process.env.CHROMIUM && existsSync(HEADLESS)
  return isThere ? HEADLESS : findChromium()
}
