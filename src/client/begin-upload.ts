/**
 * How an upload comes to its course: from what an earlier session left, or by a grant for the file and its hash.
 *
 * @module
 */

import type { FileDescription } from '../protocol/messages.ts'
import { UploadError } from '../protocol/upload-error.ts'
import type { Course, Run } from './course.ts'
import type { Engine } from './engine.ts'
import { MultipartCourse } from './multipart-course.ts'
import { MultipartUpload } from './multipart-upload.ts'
import type { ResumePlace } from './resume-place.ts'
import { MAX_NATIVE_SIZE, sha256Of } from './sha256.ts'
import type { ReceivedGrant } from './shared-calls.ts'
import { SingleCourse } from './single-course.ts'

/** @returns The course of the upload that `place` has found. */
export function resumeUpload(engine: Engine, run: Run, place: ResumePlace): Course | undefined {
  const { found } = place
  if (!found) return undefined
  const upload = new MultipartUpload(engine, run.file, found)
  return new MultipartCourse(engine, upload, place.keep(upload, found.key), false)
}

/** @throws {UploadError} Why the signer grants no upload. */
export async function beginUpload(
  engine: Engine,
  run: Run,
  description: FileDescription,
  place: ResumePlace | undefined,
): Promise<Course> {
  let sha256: string | undefined
  const hash = async (file: Blob, signal: AbortSignal) => {
    sha256 ??= await engine.hashing.run(() => sha256Of(file, signal))
  }
  const create = async ({ file, seats, caller }: Run): Promise<ReceivedGrant> => {
    try {
      return await seats.create.call({ ...description, ...(sha256 ? { sha256 } : {}) }, caller)
    } catch (error) {
      // The rule wants a hash of files that we would have sent in parts and the signer does not.
      if (sha256 || !(error instanceof UploadError) || error.code !== 'CHECKSUM_REQUIRED')
        throw error
      await hash(file, caller.signal)
      return seats.create.call({ ...description, ...(sha256 ? { sha256 } : {}) }, caller)
    }
  }
  if (run.file.size <= MAX_NATIVE_SIZE) await hash(run.file, run.caller.signal)
  run.caller.signal.throwIfAborted()
  const received = await create(run)
  const { grant, receivedAt } = received
  if (grant.strategy !== 'multipart') return new SingleCourse(engine, received, create)
  const first = { message: grant.parts, receivedAt }
  const upload = new MultipartUpload(engine, run.file, { ...grant, first })
  return new MultipartCourse(engine, upload, place?.keep(upload, grant.key), true)
}
