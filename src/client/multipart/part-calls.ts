/**
 * The signer's calls that only uploads in parts make: signatures of parts, and S3's list of them.
 *
 * @module
 */

import type {
  ListResponse,
  PartsRequest,
  PartWindowMessage,
  UploadReference,
} from '../../protocol/messages.ts'
import type { CallOptions, SharedCalls } from '../calls/shared-calls.ts'
import { invalid, isInteger, isObject, isWindow } from '../calls/signer-responses.ts'

/** Asks for the presigned URLs of some parts; retried. */
export async function signParts(
  calls: SharedCalls,
  request: PartsRequest,
  callOptions: CallOptions,
): Promise<PartWindowMessage> {
  const answer = await calls.ask('/parts', request, callOptions)
  if (isWindow(answer)) return answer
  throw invalid('a window of parts')
}

/** Asks which parts S3 has; retried. */
export async function listParts(
  calls: SharedCalls,
  request: UploadReference,
  callOptions: CallOptions,
): Promise<ListResponse> {
  const answer = await calls.ask('/list', request, callOptions)
  if (isList(answer)) return answer
  throw invalid('parts')
}

function isList(body: unknown): body is ListResponse {
  return (
    isObject(body) &&
    Array.isArray(body.parts) &&
    body.parts.every(
      (part: unknown) =>
        isObject(part) &&
        isInteger(part.partNumber) &&
        isInteger(part.size) &&
        typeof part.etag === 'string',
    )
  )
}
