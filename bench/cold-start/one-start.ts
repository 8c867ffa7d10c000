/**
 * One cold start: a fresh Node process that imports a handler, calls it once and tells what that took.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ColdStart } from './contestants.ts'

const run = promisify(execFile)

export interface Start {
  /** CPU of the whole process since it began, Node's own start included. */
  readonly cpuMs: number
  /** Since the process began. */
  readonly wallMs: number
}

/** A Function URL's, as far as a handler looks. */
const EVENT = {
  version: '2.0',
  rawPath: '/',
  rawQueryString: 'name=film.mp4&type=video%2Fmp4&size=5',
  headers: { host: 'abc.lambda-url.eu-west-1.on.aws' },
  requestContext: { http: { method: 'GET' }, stage: '$default' },
  isBase64Encoded: false,
}

/** Lambda's own client imports the handler like this, too. */
const SCRIPT = `
const { pathToFileURL } = process.getBuiltinModule('node:url')
const { handler } = await import(pathToFileURL(process.argv[1]))
const { statusCode } = await handler(${JSON.stringify(EVENT)})
if (statusCode !== 200) throw new Error('status ' + statusCode)
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs: performance.now() }))`

/** @throws {Error} When the handler does not answer 200. */
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
  // A handler may have written lines of log before.
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Start
}
