/**
 * A real program, run from its source as a process of its own, in a directory of its own.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, onTestFinished } from 'vitest'

const PROGRAMS = {
  waybill: 'waybill-cli/src/main.ts',
  'strict-s3': 'strict-s3/src/cli/main.ts',
}
export type ProgramName = keyof typeof PROGRAMS

/** The program keeps a key of the user there; the tests leave the real one alone. */
export const STATE_HOME = join(tmpdir(), 'waybill-test-state')

/** The environment in which the program keeps that key in a folder; the second name is that of Windows. */
export function stateIn(folder: string) {
  return { XDG_STATE_HOME: folder, LOCALAPPDATA: folder }
}

export interface WaybillProcess {
  readonly child: ChildProcess
  /** What it has written so far. */
  stdout(): string
  stderr(): string
  /** Resolves with the match as soon as the output holds it; rejects when the process ends without it. */
  said(pattern: RegExp): Promise<RegExpExecArray>
  /** The exit code; 128 + number, as a shell has it, when a signal ended it. */
  readonly exit: Promise<number>
}

export interface ProcessOptions {
  /** @default the system's temporary directory */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** The user who runs it, which only root may choose. @default the test's user */
  readonly uid?: number
  /** What it reads from standard input. @default nothing */
  readonly input?: string
  /** The program that runs it, with its arguments: `unshare`, for example. @default none */
  readonly within?: readonly string[]
  /** Runs it on a terminal with so many columns, see `HAS_TERMINAL`. @default - on pipes */
  readonly columns?: number
  /** Takes what has to be done when the process is no longer needed. @default onTestFinished */
  readonly cleanUp?: (after: () => Promise<void>) => void
}

/** Starts `waybill ...args`; it is killed in the end, if it still runs. */
export function startWaybill(args: readonly string[], options?: ProcessOptions): WaybillProcess {
  return startProgram('waybill', args, options)
}

/** What sets options of the programs, or their look. The tests set it themselves. */
const OWN_VARIABLES =
  /^(?:FORCE_COLOR|NO_COLOR|PORT|BUCKETS|REGION|DOMAIN|DATA_DIR|MEMORY|(?:AWS|MINIO|STRICT_S3)_.*)$/

/** Starts a program; it is killed in the end, if it still runs. */
export function startProgram(
  name: ProgramName,
  args: readonly string[],
  {
    cwd,
    env = {},
    uid,
    input,
    within = [],
    columns,
    cleanUp = onTestFinished,
  }: ProcessOptions = {},
): WaybillProcess {
  const inherited = Object.entries(process.env).filter(
    ([variable]) => !OWN_VARIABLES.test(variable),
  )
  const main = fileURLToPath(new URL(`../../packages/${PROGRAMS[name]}`, import.meta.url))
  const line = [...within, process.execPath, '--conditions=@waybill/source', main, ...args]
  const [program = '', ...rest] = columns === undefined ? line : onTerminal(line, columns)
  const child = spawn(program, rest, {
    cwd: cwd ?? tmpdir(),
    env: { ...Object.fromEntries(inherited), ...stateIn(STATE_HOME), ...env },
    ...(uid === undefined ? {} : { uid }),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  })
  child.stdin?.end(input)
  const written = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text
    })
  }
  const exit = once(child, 'close').then(([code, signal]) => code ?? signalCode(signal))
  cleanUp(async () => {
    child.kill('SIGKILL')
    await exit
  })
  return {
    child,
    exit,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    said: (pattern) => untilSaid(child, pattern, () => written.stdout, exit, written),
  }
}

const SCRIPT = '/usr/bin/script'

/** Whether `columns` can be used: `script` of util-linux makes the terminal. */
export const HAS_TERMINAL = process.platform === 'linux' && existsSync(SCRIPT)

function onTerminal(line: readonly string[], columns: number): string[] {
  const quoted = line.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  // With `CI` set, Node writes no colors.
  const command = `unset CI; export TERM=xterm-256color; stty cols ${columns}; exec ${quoted}`
  return [SCRIPT, '--quiet', '--return', '--command', command, '/dev/null']
}

function signalCode(signal: string): number {
  return signal === 'SIGKILL' ? 137 : 128
}

function untilSaid(
  child: ChildProcess,
  pattern: RegExp,
  text: () => string,
  exit: Promise<number>,
  written: { readonly stderr: string },
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const match = pattern.exec(text())
      if (match) resolve(match)
    }
    child.stdout?.on('data', look)
    look()
    exit.then((code) => {
      look()
      reject(new Error(`it ended with ${code} before it said ${pattern}: ${written.stderr}`))
    }, reject)
  })
}

export interface DevProcess extends WaybillProcess {
  /** `http://localhost:…`, without a slash at its end. */
  readonly url: string
  readonly signerUrl: string
  /** `http://localhost:…` */
  readonly s3Url: string
}

export interface DevProcessOptions extends ProcessOptions {
  /** @default '0' */
  readonly port?: string
  /** @default '0' */
  readonly s3Port?: string
  readonly rules?: string
  /** Further arguments. */
  readonly args?: readonly string[]
}

/** Starts `waybill dev`, on free ports unless told otherwise, and waits until it is ready. */
export async function startDev(
  home: string,
  { port = '0', s3Port = '0', rules, args = [], ...options }: DevProcessOptions = {},
): Promise<DevProcess> {
  const ports = ['--port', port, '--s3-port', s3Port]
  const ruled = rules === undefined ? [] : ['--rules', rules]
  const started = startWaybill(['dev', ...ports, '--dir', home, ...ruled, ...args], options)
  await started.said(/Ready/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal gets besides the text
  const text = started.stdout().replace(/\u001b\[\d+m|\r/g, '')
  const printed = (name: string) =>
    new RegExp(`^ {2}${name} +(http://\\S+)$`, 'm').exec(text)?.[1] ?? ''
  return {
    ...started,
    url: printed('Page').replace(/\/$/, ''),
    signerUrl: printed('Signer'),
    s3Url: printed('S3'),
  }
}

/** Starts one `waybill dev` for all tests of a file. @returns It, once they run. */
export function sharedDev(args: readonly string[] = []): () => DevProcess {
  let dev: DevProcess | undefined
  beforeAll(async () => {
    const undo: (() => Promise<void>)[] = []
    const cleanUp = (after: () => Promise<void>) => void undo.unshift(after)
    dev = await startDev(await temporaryDirectory(cleanUp), { cleanUp, args })
    return async () => {
      for (const each of undo) await each()
    }
  })
  return () => {
    if (!dev) throw new Error('waybill dev has not been started')
    return dev
  }
}

/** A directory under the system's temporary one, removed in the end. */
export async function temporaryDirectory(
  cleanUp: (after: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-cli-'))
  cleanUp(() => rm(directory, { recursive: true, force: true }))
  return directory
}
