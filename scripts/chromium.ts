/**
 * Where a Chromium is on this machine, and how tests must start it. Used by Vitest and by the tests that
 * drive a whole browser; installing one is `setup.js`'s job.
 *
 * @module
 */

import { existsSync } from 'node:fs'

/** Debian, Ubuntu, Fedora, macOS and Windows; `CHROMIUM` in the environment wins. */
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

/** No sandbox (tests run as root in CI), no GPU, and no calls home: a closed network refuses them by the hundred. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** @returns The path of a Chromium or Chrome; the empty string where none was found. */
export function findChromium(): string {
  const chosen = process.env.CHROMIUM
  if (chosen) return chosen
  return PLACES.find((path) => existsSync(path)) ?? ''
}
