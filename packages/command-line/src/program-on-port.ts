/**
 * Finds the program that listens on a port: on Linux in `/proc`, elsewhere with `lsof`. Programs of
 * other users cannot be found.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/** Rather than make the user wait longer, the program stays unknown. */
const LIMIT_MS = 2000

/** @returns For example `node (process 1234, in /home/you/shop)`. */
export async function programOnPort(port: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') return findInProc(port)
    return process.platform === 'win32' ? undefined : await askLsof(port)
  } catch {
    return undefined
  }
}

/** Returns the command with which the user finds the program. */
export function howToFindProgram(port: number): string {
  if (process.platform === 'win32') return `netstat -ano | findstr :${port}`
  if (process.platform === 'linux') return `sudo ss -ltnp sport = :${port}`
  return `sudo lsof -nP -iTCP:${port} -sTCP:LISTEN`
}

function findInProc(port: number): string | undefined {
  const sockets = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => socketsIn(file, port)),
  )
  const until = performance.now() + LIMIT_MS
  // The program has usually started recently.
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  for (const pid of pids.sort((a, b) => Number(b) - Number(a))) {
    if (performance.now() > until) return undefined
    const has = orElse([], () => readdirSync(`/proc/${pid}/fd`)).some((fd) =>
      sockets.has(orElse('', () => readlinkSync(`/proc/${pid}/fd/${fd}`))),
    )
    if (has) return describe(pid)
  }
  return undefined
}

/**
 * @returns For each listening socket, the target of its links in `/proc/<pid>/fd`.
 * @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
function socketsIn(file: string, port: number): string[] {
  const LISTEN = '0A'
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = orElse('', () => readFileSync(file, 'utf8')).split('\n')
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/)
    return local.endsWith(suffix) && state === LISTEN ? [`socket:[${inode}]`] : []
  })
}

/** Reads links only, because reading a process's memory for its command line can block. */
function describe(pid: string): string {
  const program = basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '')
  const directory = orElse('', () => readlinkSync(`/proc/${pid}/cwd`))
  return `${program} (process ${pid}${directory && `, in ${directory}`})`
}

/** Files of processes that have ended, or belong to other users, cannot be read. */
function orElse<T>(otherwise: T, read: () => T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}

/** @param program - Only for tests. */
export function askLsof(port: number, program = 'lsof'): Promise<string | undefined> {
  // `-b` avoids calls that can block, and `-w` the warnings about them.
  const args = ['-nPbw', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']
  return new Promise((resolve) => {
    execFile(program, args, { timeout: LIMIT_MS, killSignal: 'SIGKILL' }, (_error, stdout) => {
      const [, pid, name] = /^p(\d+)\nc(.+)$/m.exec(stdout) ?? []
      resolve(pid && `${name} (process ${pid})`)
    })
  })
}
