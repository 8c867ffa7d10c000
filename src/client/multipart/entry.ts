/**
 * What only uploads in parts need: a chunk of its own, loaded with the first file that is large enough, so that a page
 * for small files does not pay for it.
 *
 * @module
 */

import type { MultipartGrant } from '../../protocol/messages.ts'
import type { Engine } from '../engine.ts'
import type { ClaimedRecord } from '../resume/claim-record.ts'
import type { Course, Run } from '../upload/strategy-run.ts'
import { MultipartCourse } from './multipart-strategy.ts'
import { MultipartUpload } from './multipart-upload.ts'

export { claimRecord } from '../resume/claim-record.ts'

/** @returns The course of the upload that an earlier session has left, if it has. */
export function resumeParts(engine: Engine, run: Run, place: ClaimedRecord): Course | undefined {
  const { found } = place
  if (!found) return undefined
  const upload = new MultipartUpload(engine, run.file, found)
  return new MultipartCourse(engine, upload, place.keep(upload, found.key), false)
}

/** @param receivedAt - When the grant was asked for, in milliseconds by our clock. */
export function beginParts(
  engine: Engine,
  run: Run,
  grant: MultipartGrant,
  receivedAt: number,
  place: ClaimedRecord | undefined,
): Course {
  const first = { message: grant.parts, receivedAt }
  const upload = new MultipartUpload(engine, run.file, { ...grant, first })
  return new MultipartCourse(engine, upload, place?.keep(upload, grant.key), true)
}
