/**
 * A directory for files and objects: in memory if possible, so that the disk is not measured.
 *
 * @module
 */

import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A temporary directory. */
export interface Scratch {
  readonly path: string
  readonly isMemory: boolean
  /** Creates a directory in it. */
  directory(name: string): string
  within(name: string): Scratch
  remove(): void
}

const MEMORY = '/dev/shm'

/** Creates the directory. `size` is the most bytes that it must hold. */
export function makeScratch(size: number): Scratch {
  const isMemory = hasRoom(MEMORY, size)
  const path = mkdtempSync(join(isMemory ? MEMORY : tmpdir(), 'waybill-bench-'))
  const scratch = scratchAt(path, isMemory)
  process.once('exit', scratch.remove)
  return scratch
}

function scratchAt(path: string, isMemory: boolean): Scratch {
  const directory = (name: string) => {
    const made = join(path, name)
    mkdirSync(made)
    return made
  }
  return {
    path,
    isMemory,
    directory,
    within: (name) => scratchAt(directory(name), isMemory),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

function hasRoom(path: string, size: number): boolean {
  try {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize > size
  } catch {
    return false
  }
}
