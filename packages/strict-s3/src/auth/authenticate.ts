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
import { refuseVersion2 } from './signature-check.ts'

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
  if (version2 || request.headers.authorization?.startsWith('AWS ')) refuseVersion2()
  if (inQuery) return authenticateQuery(request, context)
  if (inHeader) return authenticateHeader(request, context)
  return { identity: {}, payload: { kind: 'unsigned' } }
}
