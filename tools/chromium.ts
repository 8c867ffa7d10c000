/**
 * Finds Chromium on this machine, and defines its flags for tests. `setup.js` installs Chromium.
 *
 * @module
 */

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

/** Paths on Debian, Ubuntu and Fedora. */
const LINUX = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
]

/** In `/Applications`, or in the user's own folder. Edge is based on Chromium too. */
const MACOS = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (name) => `Applications/${name}.app/Contents/MacOS/${name}`,
)

/** In the program folders, or in the user's own folder. Edge comes with Windows. */
const WINDOWS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
]
const WINDOWS_FOLDERS = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData']

type Environment = Readonly<Record<string, string | undefined>>

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

/** From Debian's package `chromium-headless-shell`. */
const HEADLESS = '/usr/bin/chromium-headless-shell'

/**
 * Turns off the sandbox (tests run as root in CI), the GPU, and requests to Google, which fail in a
 * closed network.
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

/** Returns an empty string if there is none. The environment variable `CHROMIUM` has priority. */
export function findChromium(): string {
  const chosen = process.env.CHROMIUM
  if (chosen) return chosen
  return chromiumPlaces().find((path) => existsSync(path)) ?? ''
}

/** Prefers Chromium's headless shell, which uses far less CPU. `CHROMIUM` still has priority. */
export function findHeadlessChromium(): string {
  const isThere = !process.env.CHROMIUM && existsSync(HEADLESS)
  return isThere ? HEADLESS : findChromium()
}
