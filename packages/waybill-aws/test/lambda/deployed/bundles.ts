/**
 * The two bundles that are deployed, each in a process of its own, with what Lambda sets and what
 * the template would say.
 *
 * @module
 */

import { join } from 'node:path'
import { type FunctionProcess, startFunction } from '@waybill/test-support/function-process'
import { functionUrlEvent, type Sent } from '@waybill/test-support/lambda-events'
import { type StandIn, startStandIn } from '@waybill/test-support/stand-in'
import { beforeAll, onTestFinished } from 'vitest'
import { type Credentials, signRequest } from 'waybill-s3'
import { builtLambdas } from '../../../../../tools/build/built-packages.ts'

export const BUCKET = 'uploads'
export const REGION = 'eu-west-1'
export const SECRET = 'a secret of more than thirty-two characters'

export interface Bundle {
  readonly name: 'signer' | 'arrival'
  /** Of S3. */
  readonly endpoint: string
  /** Of the function's role. */
  readonly credentials: Credentials
  /** Settings beside those that all need. */
  readonly more?: Readonly<Record<string, string>>
}

/**
 * Waits for the bundles before the tests of a file.
 *
 * @returns Starts one; it is stopped when its test has finished.
 */
export function useBundles(): (bundle: Bundle) => Promise<FunctionProcess> {
  let folder = ''
  beforeAll(async () => {
    folder = await builtLambdas()
  })
  return async (bundle) => {
    const started = await startFunction(join(folder, bundle.name), environmentOf(bundle))
    onTestFinished(() => started.close())
    return started
  }
}

function environmentOf({ endpoint, credentials, more }: Bundle): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken ? { AWS_SESSION_TOKEN: sessionToken } : {}),
    WAYBILL_BUCKET: BUCKET,
    WAYBILL_ENDPOINT: endpoint,
    WAYBILL_SECRET: SECRET,
    WAYBILL_PREFIX: 'uploads/',
    WAYBILL_ALLOWED_ORIGINS: 'https://app.example.com',
    WAYBILL_AUTH: 'none',
    WAYBILL_RULES: JSON.stringify({
      any: { types: ['*/*', 'image/svg+xml'], maxSize: '1 GB', form: true, public: true },
    }),
    ...more,
  }
}

export interface Answer {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** Asks the signer as a Function URL does. */
export async function ask(signer: FunctionProcess, sent: Sent): Promise<Answer> {
  return (await signer.invoke(functionUrlEvent(sent))) as Answer
}

/**
 * An address of the signer, whichever instance answers; it is closed when the test has finished.
 */
export async function startSignerUrl(answer: (sent: Sent) => Promise<Answer>): Promise<StandIn> {
  const url = await startStandIn(async ({ method, path, query, headers, body }) => {
    const text = body.length === 0 ? {} : { body: body.toString(), base64: true }
    const sent = { method, path, query: query.toString(), ...text }
    const given = await answer({ ...sent, headers: headers as Record<string, string> })
    return { status: given.statusCode, headers: given.headers ?? {}, body: given.body }
  })
  onTestFinished(() => url.close())
  return url
}

export interface SignedForm {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
}

/** What the signer signs for a page without script. */
export async function signForm(signer: FunctionProcess, name: string, type: string, size: number) {
  const query = new URLSearchParams({ name, type, size: String(size) })
  const { statusCode, body } = await ask(signer, { query: query.toString() })
  if (statusCode !== 200) throw new Error(`the signer answered ${statusCode}: ${body}`)
  return JSON.parse(body).presignedPost as SignedForm
}

/** Asks S3 itself, by credentials that all is allowed to. */
export async function askS3(
  endpoint: string,
  credentials: Credentials,
  request: Pick<Parameters<typeof signRequest>[0], 'method' | 'key' | 'query' | 'headers'>,
  body?: Uint8Array,
): Promise<Response> {
  const where = { bucket: BUCKET, region: REGION, endpoint, credentials }
  const { url, headers } = await signRequest({ ...where, ...request })
  const sent = body === undefined ? {} : { body: new Uint8Array(body) }
  return fetch(url, { method: request.method, headers, ...sent })
}
