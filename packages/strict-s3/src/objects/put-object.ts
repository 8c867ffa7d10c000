/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 * @module
 */

import { incomingBody } from '../body/incoming-body.ts'
import { receive } from '../body/receive.ts'
import { checkWrite, writeConditions } from '../buckets/conditions.ts'
import { checksumDemand } from '../checksums/checksum-demand.ts'
import { requestedEncryption } from '../encryption/requested-encryption.ts'
import { emptyResponse, type S3Response } from '../message/response.ts'
import { created } from '../notifications/object-change.ts'
import { requestedLock, requireDigest } from '../object-lock/requested-lock.ts'
import type { ObjectCall } from '../operations/call.ts'
import { describeRequest } from './new-object.ts'
import { etagAndChecksum, writtenHeaders } from './object-headers.ts'

export async function putObject(call: ObjectCall): Promise<S3Response> {
  const { request, payload, service, bucket, key } = call
  const { values } = request
  const encryption = requestedEncryption(request, bucket.record.encryption, service.region)
  const { objectLock } = bucket.record
  const lock = requestedLock(values, objectLock, service.now())
  const described = {
    ...describeRequest(request, bucket.record),
    ...encryption,
    ...lock,
  }
  const demand = { ...checksumDemand(request.headers), expectsHex: true }
  requireDigest('Object', demand, lock, objectLock)
  const conditions = writeConditions(request.values)
  const body = incomingBody(request, payload)
  // Fail early to save the client the upload. `put` checks again before it writes.
  checkWrite(conditions, key, bucket.newest(key))
  const watch = bucket.watchDeletes(key)
  try {
    const { storage } = service.store
    const { chunks, trailers } = body
    const record = await receive(
      { storage, chunks, trailers, demand },
      ({ draft, size, digests }) =>
        bucket.put(
          { key, size, ...described, ...etagAndChecksum(digests, described.encryption) },
          draft,
          conditions,
          watch,
        ),
    )
    call.notes.size = record.size
    service.announcer.announce(created(call, record, 'Put'))
    return emptyResponse(200, writtenHeaders(bucket, record))
  } finally {
    watch.release()
  }
}
