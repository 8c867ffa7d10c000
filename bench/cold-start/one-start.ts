/**
 * A cold start: a new Node process imports a handler, calls it once and reports the cost.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startLambdaRuntime } from '../../packages/waybill-aws/test/lambda/lambda-runtime.ts'
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
const MEASURING = `
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

type Start = (contestant: ColdStart) => Promise<number>

/**
 * Prepares both kinds of start, which return milliseconds of CPU: in a Node process that does
 * nothing else, and as Lambda does it, under its runtime interface client. Both throw when the
 * response is not 200.
 * @param folder - Gets the measuring handler.
 * @param client - The program of the runtime interface client.
 */
export function prepareStarts(folder: string, client: string): { inNode: Start; inLambda: Start } {
  const measuring = join(folder, 'measuring.mjs')
  writeFileSync(measuring, MEASURING)
  const inNode: Start = async ({ entry }) => {
    const { stdout } = await run(
      process.execPath,
      ['--input-type=module', '--eval', SCRIPT, '--', measuring],
      { env: { ...ENVIRONMENT, MEASURED: entry } },
    )
    // The handler may have logged lines before.
    return cpuOf(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''))
  }
  const inLambda: Start = async ({ entry }) => {
    const runtime = await startLambdaRuntime({
      client,
      code: folder,
      handler: 'measuring.handler',
      environment: { ...ENVIRONMENT, MEASURED: entry },
    })
    try {
      return cpuOf(await runtime.invoke(EVENT))
    } finally {
      await runtime.close()
    }
  }
  return { inNode, inLambda }
}

function cpuOf(answer: unknown): number {
  const { statusCode, cpuMs } = answer as { statusCode: number; cpuMs: number }
  if (statusCode !== 200) throw new Error(`status ${statusCode}`)
  return cpuMs
}
