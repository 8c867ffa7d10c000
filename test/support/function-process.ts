/**
 * A Lambda function in a process of its own: the bundle that is deployed, handed one event after another.
 *
 * Lambda's own runtime client does the same (packages/waybill-aws/test/lambda/runtime.slow.test.ts), but is compiled when it is installed.
 *
 * @module
 */

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface FunctionProcess {
  /** @throws {Error} What the handler threw. */
  invoke(event: object): Promise<unknown>
  /** What the function has written, both streams. */
  readonly log: () => string
  close(): Promise<void>
}

interface Answer {
  readonly id: number
  readonly answer?: unknown
  readonly error?: string
}

const PROGRAM = fileURLToPath(new URL('function-program.ts', import.meta.url))

/** @param code - Folder of the bundle. */
export async function startFunction(
  code: string,
  environment: Readonly<Record<string, string>>,
): Promise<FunctionProcess> {
  const child = fork(PROGRAM, [code], {
    env: { PATH: process.env.PATH, ...environment },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  }
  await once(child, 'message')
  return { invoke: invoker(child), log: () => log, close: () => end(child) }
}

function invoker(child: ChildProcess): FunctionProcess['invoke'] {
  const waiting = new Map<number, (answer: Answer) => void>()
  let last = 0
  child.on('message', (message) => {
    const answer = message as Answer
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  return async (event) => {
    last += 1
    const id = last
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    child.send({ id, event })
    const { answer, error } = await answered
    if (error !== undefined) throw new Error(error)
    return answer
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
