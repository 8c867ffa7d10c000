/**
 * Whether what was built is of the sources as they are, and that one process at a time builds.
 *
 * @module
 */

import { globSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const ROOT = resolve(import.meta.dirname, '../..')
/** Its time is that of the last build. */
const STAMP = join(ROOT, 'node_modules/.waybill-built')
const LOCK = join(ROOT, 'node_modules/.waybill-building')
const SOURCES = [
  'packages/*/{src/**/*,package.json,tsconfig.build.json}',
  '{demo,tools/build}/**/*',
  'package-lock.json',
]

/** Tells whether no source has changed since the last build. */
export function isBuilt(): boolean {
  const built = statSync(STAMP, { throwIfNoEntry: false })?.mtimeMs
  if (built === undefined) return false
  const dists = globSync('packages/*/dist', { cwd: ROOT }).length
  const newest = globSync(SOURCES, { cwd: ROOT }).map((file) => statSync(join(ROOT, file)).mtimeMs)
  return (
    dists === globSync('packages/*/package.json', { cwd: ROOT }).length &&
    Math.max(...newest) < built
  )
}

/**
 * Builds alone, and notes it. A build of another process is waited for.
 *
 * @param build - Is not called when it is superfluous by then.
 */
export async function buildOnce(
  isNeeded: () => boolean,
  build: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      mkdirSync(LOCK)
      break
    } catch {
      // One that was killed has left its lock. A build takes a minute on a busy machine.
      const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
      if (Date.now() - since > 300_000) rmSync(LOCK, { recursive: true, force: true })
      await pause(100)
    }
  }
  try {
    if (!isNeeded()) return
    const begun = new Date()
    await build()
    writeFileSync(STAMP, '')
    utimesSync(STAMP, begun, begun)
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}
