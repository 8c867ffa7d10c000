/**
 * A cold start: a new Node process imports a handler, calls it once and reports the cost.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ColdStart } from './contestants.ts'

const run = promisify(execFile)

/** The cost of a cold start. */
export interface Start {
  /** CPU time of the process since its start, including Node's start. */
  readonly cpuMs: number
  /** Wall-clock time since the start of the process. */
  readonly wallMs: number
}

/** The part of a Function URL event that a handler reads. */
const EVENT = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: 'name=film.mp4&type=video%2Fmp4&size=5',
  headers: { host: 'abc.lambda-url.eu-west-1.on.aws' },
  requestContext: { http: { method: 'GET' }, stage: '$default' },
  isBase64Encoded: false,
}

/** Lambda's runtime imports the handler in the same way. */
const SCRIPT = `
const { pathToFileURL } = process.getBuiltinModule('node:url')
const { handler } = await import(pathToFileURL(process.argv[1]))
const { statusCode } = await handler(${JSON.stringify(EVENT)})
if (statusCode !== 200) throw new Error('status ' + statusCode)
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs: performance.now() }))`

/**
 * Measures a cold start.
 * @throws {Error} When the response is not 200.
 */
export async function startOnce({ entry }: ColdStart): Promise<Start> {
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '--eval', SCRIPT, '--', entry],
    {
      env: {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        AWS_SESSION_TOKEN: 't'.repeat(800),
        WAYBILL_BUCKET: 'amzn-s3-demo-bucket',
        WAYBILL_SECRET: 'a secret of more than thirty-two characters',
        WAYBILL_RULES: '{"video":{"types":["video/mp4"],"maxSize":1000,"form":true,"public":true}}',
        WAYBILL_AUTH: 'none',
      },
    },
  )
  // The handler may have logged lines before.
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Start
}
