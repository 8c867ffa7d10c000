/**
 * Which port a server gets: the one asked for or a clear refusal; by default the usual one or the next that is free.
 *
 * @module
 */

import { createServer } from 'node:net'
import { CommandFailure, usageFailure } from './command-failure.ts'
import type { OptionValues } from './command-line.ts'
import type { Terminal } from './terminal.ts'

/** How many ports after the usual one are tried before something is clearly odd about this machine. */
const TRIES = 20

/**
 * `localhost` is both. A stranger who listens on `[::1]` alone would be asked first by browsers, so a port counts
 * as free only when it is free on both.
 */
const LOOPBACK = ['127.0.0.1', '::1'] as const

export interface ChosenPort {
  readonly port: number
  /** The usual port, when it was taken and another was chosen. */
  readonly insteadOf?: number
}

/**
 * @param option - Name of the option that gives the port explicitly.
 * @param usual - The port when the option was not given.
 * @param reserved - Ports that are about to be used by us.
 * @throws {CommandFailure} When the option is no port (exit code 2), or its port is taken.
 */
export async function choosePort(
  values: OptionValues,
  option: string,
  usual: number,
  reserved: readonly number[] = [],
): Promise<ChosenPort> {
  const text = values[option]
  if (text !== undefined) return { port: await demandPort(parsePort(text, option), option) }
  for (let port = usual; port < usual + TRIES; port++) {
    if (reserved.includes(port) || !(await isFree(port))) continue
    return port === usual ? { port } : { port, insteadOf: usual }
  }
  throw new CommandFailure(
    `ports ${usual} to ${usual + TRIES - 1} are all taken. Choose another with --${option}`,
  )
}

/** Says aloud that the usual port was not to be had. */
export function sayPortTaken(
  terminal: Terminal,
  { port, insteadOf }: ChosenPort,
  option: string,
): void {
  if (insteadOf === undefined) return
  terminal.say(`  Port ${insteadOf} is taken: using ${port} instead. Choose with --${option}`)
}

function parsePort(text: string, option: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw usageFailure(`--${option} is '${text}', expected 0 (any free port) to 65535`)
}

async function demandPort(port: number, option: string): Promise<number> {
  if (port === 0 || (await isFree(port))) return port
  throw new CommandFailure(
    `port ${port} is taken. Stop what listens there, or choose another with --${option}`,
  )
}

async function isFree(port: number): Promise<boolean> {
  for (const host of LOOPBACK) {
    if (!(await canListen(port, host))) return false
  }
  return true
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    // A machine without IPv6 has nobody listening on it: only a taken or forbidden port counts.
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'EADDRINUSE' && code !== 'EACCES'),
    )
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
