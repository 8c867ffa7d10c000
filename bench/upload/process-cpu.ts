/**
 * CPU time of a process and its descendants, from Linux's `/proc`: a browser has about twelve
 * processes.
 *
 * @module
 */

import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second on every machine (`getconf CLK_TCK`). */
const MS_PER_TICK = 10

/** Returns milliseconds (user and system) of the running processes; `NaN` without `/proc`. */
export function cpuMsOfTree(rootPid: number): number {
  const processes = readProcesses()
  if (processes.size === 0) return Number.NaN
  let ticks = 0
  for (const [pid, each] of processes) if (descends(processes, pid, rootPid)) ticks += each.ticks
  return ticks * MS_PER_TICK
}

/** @returns The running processes: that one and its descendants. */
export function treeOf(rootPid: number): number[] {
  const processes = readProcesses()
  return [...processes.keys()].filter((pid) => descends(processes, pid, rootPid))
}

interface Process {
  readonly parent: number
  readonly ticks: number
}

function descends(processes: ReadonlyMap<number, Process>, pid: number, root: number): boolean {
  for (let at: number | undefined = pid; at !== undefined; at = processes.get(at)?.parent) {
    if (at === root) return true
  }
  return false
}

function readProcesses(): Map<number, Process> {
  const processes = new Map<number, Process>()
  for (const name of readNames()) {
    const stat = readStat(name)
    if (stat) processes.set(Number(name), stat)
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

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStat(pid: string): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name may contain any character. After it come state, parent, …; fields 14 and 15 are the
    // times.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const at = (field: number) => Number(fields[field - 3])
    return { parent: at(4), ticks: at(14) + at(15) }
  } catch {
    return undefined // the process has ended
  }
}
