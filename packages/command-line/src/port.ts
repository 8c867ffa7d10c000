import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { CommandFailure, usageFailure } from './command-failure.ts'
import { hang } from './fit-text.ts'
import { howToFindProgram, programOnPort } from './program-on-port.ts'
import type { Terminal } from './terminal.ts'

export const PAGE_PORT = 8787
export const S3_PORT = 9000

const TRIES = 20

/**
 * For `localhost`, browsers try `[::1]` first and would reach another program that listens there.
 * So a port is only free if it is free on both addresses.
 */
const LOOPBACK = ['127.0.0.1', '::1'] as const

export interface ChosenPort {
  readonly port: number
  /** The default port, if it was in use, and the program that uses it, if that is known. */
  readonly insteadOf?: { readonly port: number; readonly program?: string | undefined }
}

/**
 * Chooses a server's port: the given one, or else the usual port or the next free one.
 *
 * @param name - How the user sets the port: `--port` or `PORT`.
 * @param reserved - Ports that this process will use for other servers.
 * @throws {CommandFailure} If `text` is not a port (exit code 2) or is in use, or if 20
 *   ports in a row are in use.
 */
export async function choosePort(
  text: string | undefined,
  name: string,
  usual: number,
  reserved: readonly number[] = [],
): Promise<ChosenPort> {
  if (text !== undefined) return { port: await demandPort(parsePort(text, name), name) }
  for (let port = usual; port < usual + TRIES; port++) {
    if (reserved.includes(port) || !(await isFree(port))) continue
    if (port === usual) return { port }
    return { port, insteadOf: { port: usual, program: await programOnPort(usual) } }
  }
  throw new CommandFailure(
    `ports ${usual} to ${usual + TRIES - 1} are all in use. Choose another with ${name}`,
  )
}

export function sayPortTaken(
  terminal: Terminal,
  { port, insteadOf }: ChosenPort,
  name: string,
): void {
  if (insteadOf === undefined) return
  const { port: usual, program } = insteadOf
  const by = program === undefined ? '' : ` by ${program}`
  const text = `Port ${usual} is in use${by}: using ${port} instead. Choose with ${name}`
  terminal.say(terminal.warning(hang('  ', text, terminal.columns)))
}

function parsePort(text: string, name: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw usageFailure(`${name} is '${text}', expected 0 (any free port) to 65535`)
}

async function demandPort(port: number, name: string): Promise<number> {
  if (port === 0 || (await isFree(port))) return port
  const program = await programOnPort(port)
  throw new CommandFailure(
    program === undefined
      ? `port ${port} is in use. To find the program, run: ${howToFindProgram(port)}. Stop it, or choose another port with ${name}`
      : `port ${port} is in use by ${program}. Stop it, or choose another port with ${name}`,
  )
}

/**
 * Checks whether a port is free. macOS and Windows let a program listen on `127.0.0.1` while
 * another one, such as MinIO in Docker, listens on the same port on all addresses. That would make
 * the other program unreachable, so a port that accepts a connection is taken, even if listening on
 * it succeeds.
 *
 * @param mayListen - Lets tests simulate such a system.
 */
export async function isFree(port: number, mayListen = canListen): Promise<boolean> {
  for (const host of LOOPBACK) {
    if (!(await mayListen(port, host)) || (await answers(port, host))) return false
  }
  return true
}

/** How long to wait for a connection. Windows takes two seconds to report a refused one. */
const ANSWER_MS = 250

async function answers(port: number, host: string): Promise<boolean> {
  const socket = connect({ port, host })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(ANSWER_MS) })
    return true
  } catch {
    return false
  } finally {
    socket.on('error', () => {}).destroy()
  }
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    // Other errors do not mean that the port is taken: listening on `::1` also fails without IPv6.
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'EADDRINUSE' && code !== 'EACCES'),
    )
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
