/**
 * What stands before the signer of a stage: a Function URL, and IAM or CloudFront before that.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import type { Asked, Given } from '@waybill/test-support/stand-in'
import { ORIGIN } from '../../packages/waybill-aws/test/cdk/synthesised.ts'
import type { FunctionProcess } from './function-process.ts'

/** What stands before the signer, and behind the bucket. */
export interface Front {
  iam: boolean
  cloudFront: boolean
  /** Whether arrival judges what lands. */
  judges: boolean
  /** The only token that the signer takes, where it wants one. */
  token?: string
  /** Whether the edge function lets the viewer's `x-viewer-authorization` through. */
  edgeForgets: boolean
}

/** What a Function URL does with a request; before it, what IAM or CloudFront do. */
export async function answerFunctionUrl(
  front: Front,
  signer: FunctionProcess,
  asked: Asked,
): Promise<Required<Given>> {
  const { method, path, query, body } = asked
  const isSigned = asked.headers.authorization?.startsWith('AWS4-HMAC-SHA256') ?? false
  if (front.iam && method === 'OPTIONS') return given(200, { ...CORS_OF_URL }, '')
  if (front.iam && !isSigned) return given(403, {}, '{"Message":"Forbidden"}')
  const headers = front.cloudFront ? atEdge(front, asked) : (asked.headers as Headers)
  if (!headers) return given(403, EDGE, '{"message":"The request signature does not match"}')
  if (front.token !== undefined && method !== 'OPTIONS') {
    const isKnown = headers['x-viewer-authorization'] === `Bearer ${front.token}`
    if (!isKnown) return given(401, EDGE, '{"error":{"code":"UNAUTHENTICATED","message":"who?"}}')
  }
  const text = body.length === 0 ? {} : { body: body.toString(), base64: true }
  const event = functionUrlEvent({ method, path, query: query.toString(), headers, ...text })
  const answer = (await signer.invoke(event)) as FunctionAnswer
  const added = front.cloudFront ? EDGE : {}
  return given(answer.statusCode, { ...answer.headers, ...added }, answer.body ?? '')
}

type Headers = Readonly<Record<string, string>>

interface FunctionAnswer {
  readonly statusCode: number
  readonly headers?: Headers
  readonly body?: string
}

const EDGE = { 'x-amz-cf-id': 'a-request-id' }

const CORS_OF_URL = {
  'access-control-allow-origin': ORIGIN,
  'access-control-allow-headers': 'authorization,content-type,x-amz-content-sha256',
}

export function given(status: number, headers: Headers, body: string): Required<Given> {
  return { status, headers, body }
}

/**
 * CloudFront signs the hash that the viewer sends, and its edge function keeps the viewer's token.
 */
function atEdge(front: Front, { method, headers, body }: Asked): Headers | undefined {
  const { authorization, ...rest } = headers as Headers
  if (!front.edgeForgets) delete (rest as Record<string, string>)['x-viewer-authorization']
  const hash = createHash('sha256').update(body).digest('hex')
  if (method === 'POST' && headers['x-amz-content-sha256'] !== hash) return undefined
  return { ...rest, ...(authorization ? { 'x-viewer-authorization': authorization } : {}) }
}
