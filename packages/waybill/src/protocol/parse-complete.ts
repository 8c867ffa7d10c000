/**
 * Parses the body of `POST B/complete`, and lists in bodies. The signer loads this file on demand.
 *
 * @module
 */

import { type JsonRecord, readBase64, readList, readRecord } from './json-value.ts'
import { MAX_UPLOADS } from './message-limits.ts'
import type { CompleteRequest } from './messages.ts'
import { readReference } from './parse-reference.ts'
import { UploadError } from './upload-error.ts'

export interface ReadCompleteRequest {
  /** Whether the request is a list. The response then is a list too. */
  readonly many: boolean
  readonly uploads: readonly (CompleteRequest | UploadError)[]
}

/**
 * Parses the body of `POST B/complete`, for one upload or several. An invalid upload becomes an
 * error in the result.
 *
 * @throws {UploadError} `REQUEST_INVALID` if the body is neither one upload nor a list of 1 to 100.
 */
export function parseCompleteRequest(value: unknown): ReadCompleteRequest {
  const body = readRecord(value, 'body')
  const many = body.uploads !== undefined
  const uploads = readEach(many ? body.uploads : [body], 'uploads', (each) =>
    readComplete(readRecord(each, 'upload')),
  )
  return { many, uploads }
}

/** @throws {UploadError} `REQUEST_INVALID` if `value` is not a list of 1 to 100. */
export function readEach<Item>(
  value: unknown,
  name: string,
  read: (item: unknown) => Item,
): (Item | UploadError)[] {
  const list = readList(value, name)
  if (list.length < 1 || list.length > MAX_UPLOADS) {
    throw new UploadError(
      'REQUEST_INVALID',
      `${name} has ${list.length} entries, expected 1 to ${MAX_UPLOADS}`,
    )
  }
  return list.map((item) => {
    try {
      return read(item)
    } catch (error) {
      if (error instanceof UploadError) return error
      throw error
    }
  })
}

function readComplete(body: JsonRecord): CompleteRequest {
  const reference = readReference(body)
  if (body.crc64nvme === undefined) return reference
  return { ...reference, crc64nvme: readBase64(body.crc64nvme, 'crc64nvme', 8) }
}
