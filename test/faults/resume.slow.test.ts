/**
 * What an earlier session has left, on a line that spoils a fifth of all requests: parts of the same file are not
 * sent again, and parts of another never become part of the object.
 *
 * Slow: large files, because a session must end in the middle of many parts.
 * `packages/waybill/test/client/resume/resume.test.ts` has the same on a line without faults.
 *
 * @module
 */

import { memoryRecords } from '@waybill/test-support/memory-records'
import { seededFile, sha256Of } from '@waybill/test-support/seeded-file'
import { openUploads, sha256Stored, storedKeys } from '@waybill/test-support/stored'
import { type System, startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import type { FaultPlan } from '../../packages/strict-s3/src/faults/fault.ts'
import { seededPlan } from './seeded/seeded-plan.ts'
import { FAULTY_SHARE } from './seeded/seeded-uploads.ts'

const MIB = 1024 ** 2
const PART_SIZE = 5 * MIB
const PART_COUNT = 8
const FIRST_LOST_PART = 6

/** Parts from the sixth on never arrive: the session ends there. */
const dying: FaultPlan = ({ partNumber = 0 }) =>
  partNumber >= FIRST_LOST_PART ? { kind: 'stall-request', afterBytes: 0 } : undefined

const faulty = seededPlan({ seed: 11, share: FAULTY_SHARE })

/** A session that has sent five of eight parts and is gone. */
async function startInterrupted(file: File) {
  const records = memoryRecords()
  const system = await startSystem({ storagePlan: dying, signer: { partSize: PART_SIZE } })
  const { storageProxy } = system
  const upload = system.uploader('a', { resumeStore: records, stallMs: 600_000 }).upload(file)
  const isStored = () => {
    const [record] = records.records.values()
    return record?.crcs.filter((crc) => crc !== '').length === FIRST_LOST_PART - 1
  }
  if (!isStored()) await records.written(isStored)
  // What is in flight never arrives, and nothing of that session is heard again.
  upload.pause()
  records.reload()
  storageProxy.usePlan(faulty)
  const before = storageProxy.exchanges.length
  return { system, records, sentSince: () => partsSent(system, before) }
}

function partsSent({ storageProxy }: System, from = 0): number[] {
  const parts = storageProxy.exchanges.slice(from).flatMap(({ request, fault }) => {
    return fault || request.partNumber === undefined ? [] : [request.partNumber]
  })
  return parts.sort((a, b) => a - b)
}

/** The same name, size, type and time, and the same ends; one byte in the middle of the second part is another. */
function withOtherMiddle(file: File): File {
  const at = PART_SIZE * 1.5
  const changed = [file.slice(0, at), 'X', file.slice(at + 1)]
  return new File(changed, file.name, { type: file.type, lastModified: file.lastModified })
}

describe('an interrupted upload', () => {
  const file = seededFile('film.mp4', PART_COUNT * PART_SIZE - 1, 21, 1_700_000_000_000)

  it('resumes with the same file, and sends only what is missing', async () => {
    const { system, records, sentSince } = await startInterrupted(file)
    const { key } = await system.uploader('a', { resumeStore: records }).upload(file).done
    expect(await sha256Stored(system, key)).toBe(await sha256Of(file.stream()))
    expect(new Set(sentSince())).toEqual(new Set([6, 7, 8]))
    expect(await openUploads(system)).toEqual([])
    expect(system.completed).toEqual([key])
  })

  it('does not resume with a file whose middle has changed, even if everything else is the same', async () => {
    const { system, records } = await startInterrupted(file)
    const changed = withOtherMiddle(file)
    expect(await sha256Of(changed.stream())).not.toBe(await sha256Of(file.stream()))
    const { key } = await system.uploader('a', { resumeStore: records }).upload(changed).done
    expect(await sha256Stored(system, key)).toBe(await sha256Of(changed.stream()))
    expect(system.completed).toEqual([key])
    expect(await storedKeys(system)).toEqual([key])
  })
})
