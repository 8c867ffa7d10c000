/**
 * How much memory a store takes for one large object, going in and coming out again.
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
 * @returns The most that the process ever held, in bytes; `NaN` where there is no `/proc`.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export async function peakMemory(contestant: StoreContestant, directory: string): Promise<number> {
  const store = await contestant.start(directory)
  try {
    await send(await presigned(store, 'PUT', 'huge', bodyOf(HUGE_SIZE)))
    const { size } = await send(await presigned(store, 'GET', 'huge'))
    if (size !== HUGE_SIZE) throw new Error(`${contestant.title} answered ${size} bytes`)
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
