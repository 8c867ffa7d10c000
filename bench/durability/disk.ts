/**
 * A disk in memory for one trial of one server. Mounting it needs root on Linux.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const MIB = 1024 ** 2

/** Runs `trial` with a directory that holds at most `size` bytes. */
export async function withDisk<T>(size: number, trial: (disk: string) => Promise<T>): Promise<T> {
  const disk = mkdtempSync(join(tmpdir(), 'waybill-durability-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', disk])
  try {
    return await trial(disk)
  } finally {
    // Lazily: a process that was just killed may still hold a file.
    execFileSync('umount', ['--lazy', disk])
    rmdirSync(disk)
  }
}
