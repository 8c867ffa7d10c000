/**
 * Finds and verifies a request's signature. `post-signature.ts` does the same for POST forms.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import { queryOf, type S3Request } from '../message/request.ts'
import { authenticateHeader } from './authorization-header.ts'
import type { AuthContext, Identity } from './identity.ts'
import type { Payload } from './payload.ts'
import { authenticateQuery } from './presigned-url.ts'
import { authenticateHeaderV2, authenticateQueryV2, requireSigv2 } from './signature-v2.ts'

export interface Authenticated {
  readonly identity: Identity
  readonly payload: Payload
}

/**
 * @returns An identity without credentials if the request is not signed.
 * @throws {S3Error} S3's error for an invalid signature.
 */
export async function authenticate(
  request: S3Request,
  context: AuthContext,
): Promise<Authenticated> {
  const inHeader = request.headers.authorization !== undefined
  const inQuery = queryOf(request, 'X-Amz-Algorithm') !== undefined
  const version2 = queryOf(request, 'Signature') !== undefined
  if (Number(inHeader) + Number(inQuery) + Number(version2) > 1) {
    throw new S3Error(
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      {
        ArgumentName: 'Authorization',
        ArgumentValue: request.headers.authorization ?? '',
      },
    )
  }
  const isHeaderV2 = /^AWS /.test(request.headers.authorization ?? '')
  if (version2 || isHeaderV2) {
    requireSigv2(context)
    return isHeaderV2
      ? authenticateHeaderV2(request, context)
      : authenticateQueryV2(request, context)
  }
  if (inQuery) return authenticateQuery(request, context)
  if (inHeader) return authenticateHeader(request, context)
  return { identity: {}, payload: { kind: 'unsigned' } }
}
