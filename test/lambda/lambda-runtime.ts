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
  const queued: Invocation[] = []
  const running = new Map<string, Invocation>()
  let idle: ServerResponse | undefined
  let dead: Error | undefined

  const handNext = () => {
    const next = idle && queued.shift()
    if (!idle || !next) return
    running.set(next.id, next)
    idle.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(Date.now() + 30_000),
      'lambda-runtime-invoked-function-arn':
        'arn:aws:lambda:eu-west-1:111122223333:function:waybill',
      'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0',
    })
    idle.end(JSON.stringify(next.event))
    idle = undefined
  }
  const fail = (error: Error) => {
    dead = error
    for (const { reject } of [...queued.splice(0), ...running.values()]) reject(error)
  }
  const server = createServer(async (request, response) => {
    const path = request.url?.slice(PREFIX.length) ?? ''
    if (path === '/invocation/next') {
      idle = response
      return handNext()
    }
    const body = await bodyOf(request)
    const [, id = '', what] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    const invocation = running.get(id)
    running.delete(id)
    if (what === 'response') invocation?.resolve(JSON.parse(body))
    else if (what === 'error') invocation?.reject(new Error(body))
    else fail(new Error(`initialisation failed: ${body}`))
    response.writeHead(202).end()
  })
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
  child.on('exit', (code) => fail(new Error(`the runtime client ended with ${code}: ${log}`)))
  return {
    log: () => log,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        if (dead) return reject(dead)
        queued.push({ id: randomUUID(), event, resolve, reject })
        handNext()
      }),
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
