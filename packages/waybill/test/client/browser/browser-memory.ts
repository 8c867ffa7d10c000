/**
 * Memory of the browsers that this process has started, as Linux tells it.
 *
 * @see https://docs.kernel.org/filesystems/proc.html
 * @module
 */

import { readdirSync, readFileSync } from 'node:fs'

/**
 * @returns Bytes of all child processes together, shared pages counted once; `undefined` where
 * there is no /proc.
 */
export function childMemory(): number | undefined {
  const parents = parentsById()
  if (parents.size === 0) return undefined
  let sum = 0
  for (const id of parents.keys()) {
    if (id !== process.pid && descendsFromUs(id, parents)) sum += proportionalSize(id)
  }
  return sum
}

function parentsById(): Map<number, number> {
  const parents = new Map<number, number>()
  for (const name of readIfThere(() => readdirSync('/proc')) ?? []) {
    const status = /^\d+$/.test(name) ? readProc(`${name}/stat`) : ''
    // `id (name) state parent`: the name may hold anything but this.
    const parent = /\) \S (\d+)/.exec(status)?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  return parents
}

function descendsFromUs(id: number, parents: ReadonlyMap<number, number>): boolean {
  let ancestor: number | undefined = id
  while (ancestor !== undefined && ancestor !== process.pid) ancestor = parents.get(ancestor)
  return ancestor === process.pid
}

function proportionalSize(id: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readProc(`${id}/smaps_rollup`))?.[1] ?? 0) * 1024
}

function readProc(path: string): string {
  return readIfThere(() => readFileSync(`/proc/${path}`, 'utf8')) ?? ''
}

/** Processes end while one looks at them. */
function readIfThere<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
