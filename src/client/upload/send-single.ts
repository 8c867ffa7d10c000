/**
 * Strategies `post` and `put`: the whole file in one request, made again until it is stored or refused for good.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 * @module
 */

import type { PostGrant, PutGrant } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Engine } from '../engine.ts'
import { treatSending } from '../retry/remedies.ts'
import { retrying } from '../retry/retry.ts'
import type { Requester } from '../transport/connection-budget.ts'
import type { SendRequest } from '../transport/send.ts'
import { sendAttempt } from '../transport/send-attempt.ts'
import { formBody } from './form-body.ts'
import type { UploadControl } from './upload.ts'

export interface SingleUpload {
  readonly file: Blob
  readonly requester: Requester
  /** A grant whose signature still works; asks for a fresh one where need be. */
  readonly granted: () => Promise<PostGrant | PutGrant>
  /** The signature did not work. */
  readonly forgetGrant: () => void
}

/** @throws {UploadError} What S3 answered at last. */
export async function sendSingle(
  engine: Engine,
  { file, requester, granted, forgetGrant }: SingleUpload,
  { signal, sent, retrying: onRetry }: UploadControl,
): Promise<void> {
  const { effects } = engine
  const { size } = file
  const prepare = async () => {
    const request = requestOf(await granted(), file, effects.random)
    return { ...request, size, onSent: sent }
  }
  const attempts = { requester, signal, file, stalls: 0 }
  try {
    await retrying({ effects, signal, treat: treatSending, reSign: forgetGrant, onRetry }, () =>
      sendAttempt(engine, attempts, prepare),
    )
  } catch (error) {
    const isStored = error instanceof UploadError && treatSending(error).remedy === 'stored'
    if (!isStored) throw error
  }
}

function requestOf(
  grant: PostGrant | PutGrant,
  file: Blob,
  random: () => number,
): Pick<SendRequest, 'method' | 'url' | 'headers' | 'body'> {
  if (grant.strategy === 'put') {
    return { method: 'PUT', url: grant.url, headers: sendableHeaders(grant.headers), body: file }
  }
  const { url, fields } = grant.presignedPost
  const body = formBody(fields, file, random)
  return { method: 'POST', url, headers: { 'content-type': body.type }, body }
}

/** The length is signed, but only the platform may set it: it comes from the body. */
export function sendableHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(?:content-length|host)$/i.test(name)),
  )
}
