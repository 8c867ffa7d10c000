/**
 * A cold start: a new Node process imports a handler, calls it once and reports the cost.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { startLambdaRuntime } from '../../test/lambda/lambda-runtime.ts'
import type { ColdStart } from './contestants.ts'

const run = promisify(execFile)

/** The part of a Function URL event that a handler reads. */
const EVENT = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: 'name=film.mp4&type=video%2Fmp4&size=5',
  headers: { host: 'abc.lambda-url.eu-west-1.on.aws' },
  requestContext: { http: { method: 'GET' }, stage: '$default' },
  isBase64Encoded: false,
}

const ENVIRONMENT = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 't'.repeat(800),
  WAYBILL_BUCKET: 'amzn-s3-demo-bucket',
  WAYBILL_SECRET: 'a secret of more than thirty-two characters',
  WAYBILL_RULES: '{"video":{"types":["video/mp4"],"maxSize":1000,"form":true,"public":true}}',
  WAYBILL_AUTH: 'none',
}

/**
 * The handler that measures another one, `MEASURED`: CPU of the process since its start, in
 * milliseconds, Node's own start included.
 */
export const MEASURING = `
const { handler: measured } = await import(process.env.MEASURED)
export async function handler(event, context) {
  const { statusCode } = await measured(event, context)
  const { user, system } = process.cpuUsage()
  return { statusCode, cpuMs: (user + system) / 1000 }
}
`

/** Imports the handler and calls it, nothing else. */
const SCRIPT = `
const { handler } = await import(process.argv[1])
console.log(JSON.stringify(await handler(${JSON.stringify(EVENT)}, {})))`

interface Answer {
  readonly statusCode: number
  readonly cpuMs: number
}

/**
 * Measures a cold start in a Node process that does nothing else.
 * @param measuring - The file of {@link MEASURING}.
 * @returns CPU in milliseconds.
 * @throws {Error} When the response is not 200.
 */
export async function startInNode({ entry }: ColdStart, measuring: string): Promise<number> {
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '--eval', SCRIPT, '--', measuring],
    { env: { ...ENVIRONMENT, MEASURED: entry } },
  )
  // The handler may have logged lines before.
  return cpuOf(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Answer)
}

/**
 * Measures a cold start as Lambda does it, under its runtime interface client.
 * @param folder - Of the file of {@link MEASURING}, `measuring.mjs`.
 * @param client - The client's program.
 * @returns CPU in milliseconds.
 * @throws {Error} When the response is not 200, and when the handler does not start.
 */
export async function startInLambda(
  { entry }: ColdStart,
  folder: string,
  client: string,
): Promise<number> {
  const runtime = await startLambdaRuntime({
    client,
    code: folder,
    handler: 'measuring.handler',
    environment: { ...ENVIRONMENT, MEASURED: entry },
  })
  try {
    return cpuOf((await runtime.invoke(EVENT)) as Answer)
  } finally {
    await runtime.close()
  }
}

function cpuOf({ statusCode, cpuMs }: Answer): number {
  if (statusCode !== 200) throw new Error(`status ${statusCode}`)
  return cpuMs
}
