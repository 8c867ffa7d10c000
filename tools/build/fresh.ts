/**
 * Whether what was built is of the sources as they are, and that one process at a time builds.
 *
 * @module
 */

import { globSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const ROOT = resolve(import.meta.dirname, '../..')
/** Its time is that at which the last build began. */
const STAMP = 'node_modules/.waybill-built'
const LOCK = 'node_modules/.waybill-building'
const SOURCES = [
  // Folders too: their time changes when a file of theirs is removed.
  'packages/*/{src/**,package.json,tsconfig.build.json}',
  '{demo,tools/build}/**',
  '{package-lock,tsconfig}.json',
]
/** A build takes a minute on a busy machine. */
const LOCK_AGE_MS = 300_000

/** Tells whether no source has changed since the last build, and each package has one. */
export function isBuilt(root = ROOT): boolean {
  const built = statSync(join(root, STAMP), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const packages = globSync('packages/*/package.json', { cwd: root }).length
  if (globSync('packages/*/dist', { cwd: root }).length < packages) return false
  const sources = globSync(SOURCES, { cwd: root })
  return sources.every((file) => statSync(join(root, file)).mtimeMs <= built)
}

/**
 * Builds alone, and notes it. A build of another process is waited for.
 *
 * @param build - Is not called when by then it is not needed any more.
 */
export async function buildOnce(
  isNeeded: () => boolean,
  build: () => Promise<void>,
  root = ROOT,
): Promise<void> {
  const lock = join(root, LOCK)
  while (!takes(lock)) await pause(100)
  try {
    if (!isNeeded()) return
    const begun = new Date()
    await build()
    writeFileSync(join(root, STAMP), '')
    utimesSync(join(root, STAMP), begun, begun)
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** Takes the lock. One that a killed process has left is taken over. */
function takes(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - since > LOCK_AGE_MS) rmSync(lock, { recursive: true, force: true })
    return false
  }
}
