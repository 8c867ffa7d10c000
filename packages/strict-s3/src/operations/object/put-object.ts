/**
 * PutObject.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 * @module
 */

import { incomingBody } from '../../body/incoming-body.ts'
import { receive } from '../../body/receive.ts'
import { checkWrite, writeConditions } from '../../buckets/conditions.ts'
import { refuseVersionId } from '../../buckets/versions.ts'
import { checksumDemand } from '../../checksums/checksum-demand.ts'
import { requestedEncryption } from '../../encryption/requested-encryption.ts'
import { type Answer, emptyAnswer } from '../../message/response.ts'
import { bucketOf, type Call, keyOf } from '../call.ts'
import { describeObject } from './describe-object.ts'
import { objectCreated } from './object-created.ts'
import { identityOf, writtenHeaders } from './written-object.ts'

/** PutObject: creates an object. */
export async function putObject(call: Call): Promise<Answer> {
  const { request, payload, service } = call
  const bucket = bucketOf(call)
  const key = keyOf(call)
  refuseVersionId(request)
  const { values } = request
  const wanted = requestedEncryption(values, bucket.record.encryption, service.region)
  const described = { ...describeObject(values), ...wanted }
  const demand = checksumDemand(request.headers)
  const conditions = writeConditions(request.headers)
  const body = incomingBody(request, payload)
  // An early refusal saves the client the upload. `put` checks again before it writes.
  checkWrite(conditions, bucket.newest(key))
  const watch = bucket.watchDeletes(key)
  try {
    const { storage } = service.store
    const { chunks, trailers } = body
    const record = await receive(
      { storage, chunks, trailers, demand },
      ({ draft, size, digests }) =>
        bucket.put(
          { key, size, ...described, ...identityOf(digests, wanted.encryption) },
          draft,
          conditions,
          watch,
        ),
    )
    service.announce(() => objectCreated(call, bucket, record, 'PutObject'))
    return emptyAnswer(200, writtenHeaders(bucket, record))
  } finally {
    watch.release()
  }
}
