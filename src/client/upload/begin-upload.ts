/**
 * How a new upload comes to its course: by a hash where it is worth one, and a grant.
 *
 * @module
 */

import type { FileDescription } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { ReceivedGrant } from '../calls/shared-calls.ts'
import type { Engine } from '../engine.ts'
import { MAX_NATIVE_SIZE, sha256Of } from '../hash/sha256.ts'
import { loadLargeFiles } from '../multipart/load.ts'
import type { ClaimedRecord } from '../resume/claim-record.ts'
import { SingleCourse } from './single-strategy.ts'
import type { Course, Run } from './strategy-run.ts'

/**
 * @param place - Where an upload in parts is remembered, if it is.
 * @throws {UploadError} Why the signer grants no upload.
 */
export async function beginUpload(
  engine: Engine,
  run: Run,
  description: FileDescription,
  place: ClaimedRecord | undefined,
): Promise<Course> {
  let sha256: string | undefined
  const hash = async ({ file, callOptions }: Run) => {
    sha256 ??= await engine.hashing.run(() => sha256Of(file, callOptions.signal))
    callOptions.signal.throwIfAborted()
  }
  const create = async (current: Run): Promise<ReceivedGrant> => {
    const { slots, callOptions } = current
    try {
      return await slots.create.call({ ...description, ...(sha256 ? { sha256 } : {}) }, callOptions)
    } catch (error) {
      // The rule wants a hash of a file that we would have sent in parts, and the signer does not.
      const isWanted = error instanceof UploadError && error.code === 'CHECKSUM_REQUIRED'
      if (!isWanted || sha256) throw error
      await hash(current)
      return create(current)
    }
  }
  if (run.file.size <= MAX_NATIVE_SIZE) await hash(run)
  const received = await create(run)
  const { grant, receivedAt } = received
  if (grant.strategy !== 'multipart') return new SingleCourse(engine, received, create)
  const { beginParts } = await loadLargeFiles(engine, run.callOptions)
  return beginParts(engine, run, grant, receivedAt, place)
}
