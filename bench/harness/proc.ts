/**
 * CPU time and memory of processes, from Linux's `/proc`: a browser has about twelve processes.
 *
 * @see https://docs.kernel.org/filesystems/proc.html
 * @module
 */

import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second on every machine (`getconf CLK_TCK`). */
const MS_PER_TICK = 10
const EVERY_MS = 200

/** Returns milliseconds (user and system) of a process and its descendants; `NaN` without `/proc`. */
export function cpuMsOfTree(rootPid: number): number {
  const tree = treeOf(rootPid)
  if (tree.size === 0) return Number.NaN
  return [...tree.values()].reduce((sum, { ticks }) => sum + ticks, 0) * MS_PER_TICK
}

/**
 * Watches the memory of a process and its descendants, where pages that they share count once.
 * `end` returns the most, in bytes above that of now.
 */
export function watchMemory(rootPid: number): { end(): number } {
  const idle = proportionalSize(rootPid)
  let most = idle
  const look = () => {
    most = Math.max(most, proportionalSize(rootPid))
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

/** Returns bytes that a process holds (`VmRSS`) or has held at most (`VmHWM`); `NaN` without `/proc`. */
export function memoryOf(pid: number | 'self', field: 'VmRSS' | 'VmHWM'): number {
  return kilobytesIn(`${pid}/status`, field) * 1024
}

function proportionalSize(rootPid: number): number {
  const sizes = [...treeOf(rootPid).keys()].map((pid) => kilobytesIn(`${pid}/smaps_rollup`, 'Pss'))
  return sizes.reduce((sum, kilobytes) => sum + (kilobytes || 0), 0) * 1024
}

function kilobytesIn(file: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(read(file) ?? '')?.[1])
}

interface Process {
  readonly parent: number
  readonly ticks: number
}

function treeOf(rootPid: number): ReadonlyMap<number, Process> {
  const all = readProcesses()
  const descends = (pid: number) => {
    for (let at: number | undefined = pid; at !== undefined; at = all.get(at)?.parent) {
      if (at === rootPid) return true
    }
    return false
  }
  return new Map([...all].filter(([pid]) => descends(pid)))
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readProcesses(): ReadonlyMap<number, Process> {
  const processes = new Map<number, Process>()
  for (const name of readNames()) {
    const stat = read(`${name}/stat`)
    if (stat === undefined) continue
    // The name may contain any character. After it come state, parent, …; fields 14 and 15 are the
    // times.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const at = (field: number) => Number(fields[field - 3])
    processes.set(Number(name), { parent: at(4), ticks: at(14) + at(15) })
  }
  return processes
}

function readNames(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(`/proc/${file}`, 'utf8')
  } catch {
    return undefined // the process has ended
  }
}
