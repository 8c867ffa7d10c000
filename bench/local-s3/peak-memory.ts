/**
 * Measures the memory that a store needs to receive and send one large object.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import type { StoreContestant } from './contestants.ts'
import { send } from './requests.ts'
import { presigned } from './signed.ts'
import { bodyOf } from './workloads.ts'

const HUGE_SIZE = 4 * 1024 ** 3

/**
 * Returns the peak memory of the process in bytes; `NaN` without `/proc`.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export async function peakMemory(contestant: StoreContestant, directory: string): Promise<number> {
  const store = await contestant.start(directory)
  try {
    await send(await presigned(store, 'PUT', 'huge', bodyOf(HUGE_SIZE)))
    const { size } = await send(await presigned(store, 'GET', 'huge'))
    if (size !== HUGE_SIZE) throw new Error(`${contestant.title} sent ${size} bytes`)
    const held = highWaterMark(store.pid)
    await send(await presigned(store, 'DELETE', 'huge'))
    return held
  } finally {
    await store.stop()
  }
}

function highWaterMark(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes) * 1024
  } catch {
    return Number.NaN
  }
}
