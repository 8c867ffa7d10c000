/**
 * Runs a function as Lambda does: its unpacked code under Lambda's own runtime interface client, fed by a Runtime API
 * of ours.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LambdaRuntime {
  /** @returns What the handler answered. @throws {Error} What it threw, as Lambda reports it. */
  invoke(event: object): Promise<unknown>
  /** What the function has written, both streams. */
  readonly log: () => string
  close(): Promise<void>
}

export interface LambdaRuntimeOptions {
  /** The runtime interface client's program. */
  readonly client: string
  /** Holds the function's code. */
  readonly code: string
  /** As in the function's configuration: `index.handler`. */
  readonly handler: string
  readonly environment: Readonly<Record<string, string>>
}

interface Invocation {
  readonly id: string
  readonly event: object
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

const PREFIX = '/2018-06-01/runtime'

export async function startLambdaRuntime(options: LambdaRuntimeOptions): Promise<LambdaRuntime> {
  const api = new RuntimeApi()
  const server = createServer((request, response) => void api.answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const child = startClient(options, port)
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      log += chunk
    })
  }
  child.on('exit', (code) => api.fail(new Error(`the runtime client ended with ${code}: ${log}`)))
  return {
    log: () => log,
    invoke: (event) => api.invoke(event),
    close: async () => {
      if (child.exitCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      }
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Lambda's side: hands events to whoever asks for the next one, and takes the answers. */
class RuntimeApi {
  readonly #queued: Invocation[] = []
  readonly #running = new Map<string, Invocation>()
  #idle: ServerResponse | undefined
  #dead: Error | undefined

  invoke(event: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#dead) return reject(this.#dead)
      this.#queued.push({ id: randomUUID(), event, resolve, reject })
      this.#handNext()
    })
  }

  fail(error: Error): void {
    this.#dead = error
    for (const { reject } of [...this.#queued.splice(0), ...this.#running.values()]) reject(error)
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.slice(PREFIX.length) ?? ''
    if (path === '/invocation/next') {
      this.#idle = response
      return this.#handNext()
    }
    const body = await bodyOf(request)
    const [, id = '', what] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    const invocation = this.#running.get(id)
    this.#running.delete(id)
    if (what === 'response') invocation?.resolve(JSON.parse(body))
    else if (what === 'error') invocation?.reject(new Error(body))
    else this.fail(new Error(`initialization failed: ${body}`))
    response.writeHead(202).end()
  }

  #handNext(): void {
    const next = this.#idle && this.#queued.shift()
    if (!this.#idle || !next) return
    this.#running.set(next.id, next)
    this.#idle.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(Date.now() + 30_000),
      'lambda-runtime-invoked-function-arn':
        'arn:aws:lambda:eu-west-1:111122223333:function:waybill',
      'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0',
    })
    this.#idle.end(JSON.stringify(next.event))
    this.#idle = undefined
  }
}

function startClient(options: LambdaRuntimeOptions, port: number): ChildProcess {
  const { client, code, handler, environment } = options
  return spawn(process.execPath, [client], {
    cwd: code,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      LAMBDA_TASK_ROOT: code,
      _HANDLER: handler,
      AWS_LAMBDA_FUNCTION_NAME: 'waybill',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/waybill',
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/24/[$LATEST]0123456789abcdef',
      ...environment,
    },
  })
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  request.setEncoding('utf8')
  for await (const chunk of request) text += chunk
  return text
}
