/**
 * Memory of a process and its descendants, from Linux's `/proc`: pages that processes share count
 * once.
 *
 * @see https://docs.kernel.org/filesystems/proc.html
 * @module
 */

import { readFileSync } from 'node:fs'
import { treeOf } from './process-cpu.ts'

const EVERY_MS = 200

/** Watches the memory of a process tree; `end` returns the most, in bytes above that of now. */
export function watchMemory(rootPid: number): { end(): number } {
  const idle = memoryOf(rootPid)
  let most = idle
  const look = () => {
    most = Math.max(most, memoryOf(rootPid))
  }
  const timer = setInterval(look, EVERY_MS)
  return {
    end: () => {
      clearInterval(timer)
      look()
      return most - idle
    },
  }
}

function memoryOf(rootPid: number): number {
  return treeOf(rootPid).reduce((sum, pid) => sum + proportionalSize(pid), 0)
}

function proportionalSize(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024
  } catch {
    return 0 // the process has ended
  }
}
