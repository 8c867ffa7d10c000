/**
 * Namespaces, mounts and users, as a container runtime sets them up. All of it takes root on Linux.
 *
 * @module
 */

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { WaybillProcess } from './waybill-process.ts'

const execute = promisify(execFile)

/** Runs a program as process 1 of its namespace. */
export const PROCESS_NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']
const CONTAINER = [...PROCESS_NAMESPACE, '--net', '--uts', '--mount']

/** Why there can be no namespaces, or the empty string. */
export const NO_NAMESPACES =
  spawnSync('unshare', [...CONTAINER.slice(1), 'true']).status === 0
    ? ''
    : 'it takes root on Linux to make namespaces'

const READ_ONLY =
  'mount --bind "$0" "$0" && mount -o remount,bind,ro / && ! touch /x 2>&- && exec "$@"'

/** Runs a program as this user, on a file system that can be written only in `dir`. */
export function readOnlyExcept(dir: string, user: number): string[] {
  const ids = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups']
  return ['sh', '-c', READ_ONLY, dir, 'setpriv', ...ids, '--pdeathsig=KILL']
}

/** @returns The process that the namespaces were made for, as seen from outside of them. */
export async function processOne({ pid }: ChildProcess): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return Number(children.trim())
}

/** Runs a program in a container that has this host name, and no network until `connect`. */
export function inContainer(host: string): string[] {
  const name = 'echo "$0" > /proc/sys/kernel/hostname && ip link set lo up && exec "$@"'
  return [...CONTAINER, 'sh', '-c', name, host]
}

/** A container without a program of its own, in which programs can be run. */
export class IdleContainer {
  readonly #child: ChildProcess
  readonly pid: number

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child
    this.pid = pid
  }

  static async start(host: string): Promise<IdleContainer> {
    const [program = '', ...args] = inContainer(host)
    // `cat` says when the container is ready, and ends with this process.
    const child = spawn(program, [...args, 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin?.write('up\n')
    if (child.stdout) await once(child.stdout, 'data')
    return new IdleContainer(child, await processOne(child))
  }

  /** @returns What the program printed. @throws {Error} If it fails, with what it said. */
  async run(
    command: readonly string[],
    options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<string> {
    const { cwd = '/', env = process.env } = options
    const inside = ['--target', String(this.pid), '--net', '--uts', '--mount', '--pid']
    const args = [...inside, `--wdns=${cwd}`, '--', ...command]
    const { stdout } = await execute('nsenter', args, { env, maxBuffer: 16 * 1024 ** 2 })
    return stdout
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'close')
    this.#child.stdin?.end()
    await gone
  }
}

/** Connects a server with a client, which finds it under these names. */
export async function connect(
  server: WaybillProcess,
  names: string,
  client: IdleContainer,
): Promise<void> {
  const one = String(await processOne(server.child))
  const other = String(client.pid)
  const peer = ['peer', 'name', 'eth0', 'netns', other]
  await execute('ip', ['link', 'add', 'eth0', 'netns', one, 'type', 'veth', ...peer])
  for (const [pid, address] of [
    [one, '10.77.0.2/24'],
    [other, '10.77.0.3/24'],
  ] as const) {
    const ip = ['--target', pid, '--net', 'ip']
    await execute('nsenter', [...ip, 'address', 'add', address, 'dev', 'eth0'])
    await execute('nsenter', [...ip, 'link', 'set', 'eth0', 'up'])
  }
  const hosts = 'd=$(mktemp) && echo "$0" > $d && mount --bind $d /etc/hosts && rm $d'
  await client.run(['sh', '-c', hosts, `127.0.0.1 localhost\n10.77.0.2 ${names}`])
}
