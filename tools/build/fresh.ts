import { globSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const ROOT = resolve(import.meta.dirname, '../..')
/** This file's modification time is when the last build began. */
const STAMP = 'node_modules/.waybill-built'
const LOCK = 'node_modules/.waybill-building'
const SOURCES = [
  // Includes folders, because a folder's modification time changes when a file in it is removed.
  'packages/*/{src/**,package.json,tsconfig.build.json}',
  '{demo/{*.*,show/**},tools/build/**}',
  '{package-lock,tsconfig}.json',
]
/** After this time, a lock is considered abandoned. Even a slow build takes far less. */
const LOCK_AGE_MS = 300_000

export function isBuilt(root = ROOT): boolean {
  const built = statSync(join(root, STAMP), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const packages = globSync('packages/*/package.json', { cwd: root }).length
  if (globSync('packages/*/dist', { cwd: root }).length < packages) return false
  const sources = globSync(SOURCES, { cwd: root })
  return sources.every((file) => statSync(join(root, file)).mtimeMs <= built)
}

/**
 * Builds and records the time. If another process is building, waits until it has finished.
 *
 * @param build - Called only if the build is still needed by then.
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

/** Tries to take the lock. Removes a lock that was left behind by a killed process. */
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
