/**
 * Places where uploads are measured: this machine, and a long, lossy line on it: two network
 * namespaces, connected by `bad-line.c`, which is compiled when it is needed. TCP uses `cubic` on
 * both sides, because BBR would hide the loss.
 *
 * @module
 */

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Scratch } from '../harness/scratch.ts'

/**
 * A place where uploads are measured: how programs are started on the client's and on the server's
 * side of a line.
 */
export interface Place {
  /** Name in tables. */
  readonly name: string
  /** Address of the server. */
  readonly host: string
  /** Makes the command that runs `command` on that side. */
  onClientSide(command: readonly string[]): readonly string[]
  onServerSide(command: readonly string[]): readonly string[]
  /** Closes the line; returns a text about it. */
  close(): Promise<string>
}

/** This machine, without a line. */
export const LOOPBACK: Place = {
  name: 'loopback',
  host: '127.0.0.1',
  onClientSide: (command) => command,
  onServerSide: (command) => command,
  close: async () => '',
}

/** The properties of a line. */
export interface BadLineOptions {
  /** Delay in one direction. */
  readonly delayMs: number
  /** Loss of packets from client to server. */
  readonly lossPercent: number
  /** Rate in each direction. */
  readonly megabitsPerSecond: number
  /** Queue of the bottleneck. */
  readonly queueKilobytes: number
  /** Seed for the choice of the lost packets. */
  readonly seed: number
  /** Directory for the compiled program. */
  readonly directory: string
}

/** From a block for benchmarks that is not routed (https://www.rfc-editor.org/rfc/rfc2544). */
const CLIENT_ADDRESS = '198.18.77.1'
const SERVER_ADDRESS = '198.18.77.2'
const DEVICE = 'badline'

/** Returns why a bad line is not possible on this machine, or `undefined`. */
export function badLineObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux only'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  for (const [command, argument] of [
    ['ip', '-V'],
    ['cc', '--version'],
  ] as const) {
    if (spawnSync(command, [argument]).status !== 0) return `the command ${command} is missing`
  }
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
  } catch {
    return '/dev/net/tun is missing'
  }
  return undefined
}

/** The bad line of the benchmarks. */
const LINE = { delayMs: 50, lossPercent: 1, megabitsPerSecond: 100, queueKilobytes: 600, seed: 1 }

/** Opens that line, runs `work` there, and closes it. */
export async function onBadLine<Result>(
  scratch: Scratch,
  work: (place: Place, scratch: Scratch) => Promise<Result>,
  differing: Partial<typeof LINE> = {},
): Promise<Result> {
  const place = await openBadLine({ ...LINE, ...differing, directory: scratch.path })
  try {
    return await work(place, scratch)
  } finally {
    await place.close()
  }
}

/** Opens a line. */
export async function openBadLine(options: BadLineOptions): Promise<Place> {
  const client = `waybill-client-${process.pid}`
  const server = `waybill-server-${process.pid}`
  const removeNamespaces = () => {
    for (const name of [client, server]) spawnSync('ip', ['netns', 'del', name])
  }
  process.once('exit', removeNamespaces)
  const program = compile(options.directory)
  for (const name of [client, server]) execFileSync('ip', ['netns', 'add', name])
  const line = await carry(program, client, server, options)
  configure(client, CLIENT_ADDRESS)
  configure(server, SERVER_ADDRESS)
  return {
    name: describe(options),
    host: SERVER_ADDRESS,
    onClientSide: (command) => ['ip', 'netns', 'exec', client, ...command],
    onServerSide: (command) => ['ip', 'netns', 'exec', server, ...command],
    close: async () => {
      const carried = await line.stop()
      removeNamespaces()
      process.off('exit', removeNamespaces)
      return carried
    },
  }
}

function describe({ delayMs, lossPercent, megabitsPerSecond }: BadLineOptions): string {
  return `${delayMs} ms one way, ${lossPercent} % loss, ${megabitsPerSecond} Mbit/s`
}

function compile(directory: string): string {
  const program = join(directory, 'bad-line')
  execFileSync('cc', ['-O2', '-o', program, join(import.meta.dirname, 'bad-line.c')])
  return program
}

function configure(namespace: string, address: string): void {
  const ip = (...words: string[]) => execFileSync('ip', ['-n', namespace, ...words])
  const network = `${address.replace(/\d+$/, '0')}/24`
  ip('addr', 'add', `${address}/24`, 'dev', DEVICE)
  ip('link', 'set', DEVICE, 'mtu', '1500', 'txqueuelen', '10000', 'up')
  ip('link', 'set', 'lo', 'up')
  // Set on the route: the sysctl is not allowed in a namespace.
  ip('route', 'replace', network, 'dev', DEVICE, 'src', address, 'congctl', 'cubic')
  // Otherwise a connection would reuse what an earlier one learned about the line.
  const setting = 'echo 1 > /proc/sys/net/ipv4/tcp_no_metrics_save'
  execFileSync('ip', ['netns', 'exec', namespace, 'sh', '-c', setting])
}

async function carry(
  program: string,
  client: string,
  server: string,
  options: BadLineOptions,
): Promise<{ stop(): Promise<string> }> {
  const { delayMs, lossPercent, megabitsPerSecond, queueKilobytes, seed } = options
  const numbers = [delayMs, lossPercent, megabitsPerSecond, queueKilobytes, seed].map(String)
  const child = spawn(program, [client, server, DEVICE, ...numbers], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const endWithUs = () => child.kill()
  process.once('exit', endWithUs)
  const nextLine = readLines(child)
  if ((await nextLine()) !== 'ready') throw new Error('bad-line did not start')
  return {
    stop: async () => {
      child.kill()
      process.off('exit', endWithUs)
      return nextLine()
    },
  }
}

function readLines(child: ChildProcess): () => Promise<string> {
  if (!child.stdout) throw new TypeError('the output of bad-line is not piped')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return async () => String((await lines.next()).value ?? '')
}
