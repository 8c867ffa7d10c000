/**
 * Finds Chromium on this machine, and the flags for tests. Used by Vitest and by the tests that
 * drive a whole browser. `setup.js` installs it.
 *
 * @module
 */

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

/** Paths on Debian, Ubuntu and Fedora. `CHROMIUM` in the environment comes first. */
const LINUX = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
]

/** In `/Applications`, or the user's own; Edge is a Chromium too. */
const MACOS = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (name) => `Applications/${name}.app/Contents/MacOS/${name}`,
)

/** Below the folders of programs, or the user's own; every Windows has Edge. */
const WINDOWS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
]
const WINDOWS_FOLDERS = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData']

type Environment = Readonly<Record<string, string | undefined>>

/** Lists where a Chromium may be on a system, the best first. */
export function chromiumPlaces(
  platform: string = process.platform,
  environment: Environment = process.env,
  home: string = homedir(),
): readonly string[] {
  if (platform === 'darwin')
    return ['/', home].flatMap((root) => MACOS.map((app) => posix.join(root, app)))
  if (platform !== 'win32') return LINUX
  const folders = WINDOWS_FOLDERS.map((name) => environment[name]).filter(
    (path) => path !== undefined,
  )
  return WINDOWS.flatMap((program) => folders.map((folder) => win32.join(folder, program)))
}

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
  return chromiumPlaces().find((path) => existsSync(path)) ?? ''
}

/**
 * Returns the path of a Chromium that cannot open windows, which takes a quarter of the CPU for a
 * page; of any other one where there is none. `CHROMIUM` comes first here too.
 */
export function findHeadlessChromium(): string {
  const isThere = !process.env.CHROMIUM && existsSync(HEADLESS)
  return isThere ? HEADLESS : findChromium()
}
