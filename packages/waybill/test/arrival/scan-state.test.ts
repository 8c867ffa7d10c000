import { describe, expect, it } from 'vitest'
import { platformDigest } from '../../../waybill-s3/src/sigv4/digest.ts'
import { createScanRecords, type ScanQuestion, scanState } from '../../src/arrival/malware-scan.ts'
import type { StoredObject } from '../../src/storage/objects.ts'

const HEAD: StoredObject = {
  size: 1,
  etag: '"e"',
  type: 'a/b',
  lastModified: 'Thu, 01 Jan 1970 00:00:00 GMT',
}
const CLEAN = 'NO_THREATS_FOUND'
const FOUND = 'THREATS_FOUND'

type Given = Partial<Omit<ScanQuestion, 'object'>> & Partial<ScanQuestion['object']>

function stateOf({ tags = {}, tagsAreOurs = false, required = false, ...given }: Given) {
  const { recorded = false, head = HEAD, ...object } = given
  return scanState({
    object: { bucket: 'b', key: 'k', ...object },
    ...{ head, tags, tagsAreOurs, required, recorded },
  })
}

const AWAITED = { state: 'not-scanned', reason: 'AWAITED' } as const
const REJECTED = { waybill: 'rejected', 'waybill-reason': 'malware' }

describe('scanState', () => {
  it.each<[string, Given, ReturnType<typeof scanState>]>([
    ['nothing is asked', {}, { state: 'not-needed' }],
    ['one is required', { required: true }, AWAITED],
    ['one is recorded', { required: true, recorded: true }, { state: 'clean' }],
    ['it is clean of this version', { scanResult: CLEAN, versionId: 'v' }, { state: 'clean' }],
    ['it is clean of these bytes', { scanResult: CLEAN, etag: 'e' }, { state: 'clean' }],
    ['it is clean of other bytes', { scanResult: CLEAN, etag: 'f' }, AWAITED],
    ['it is clean of bytes that it does not name', { scanResult: CLEAN }, AWAITED],
    [
      'it is clean of what `null` names, which changes',
      { scanResult: CLEAN, versionId: 'null' },
      AWAITED,
    ],
    ['it found something', { scanResult: FOUND, etag: 'e' }, { state: 'malware', found: FOUND }],
    [
      'it found something in bytes that it does not name',
      { scanResult: FOUND },
      { state: 'malware', found: FOUND },
    ],
    ['it found something in other bytes', { scanResult: FOUND, etag: 'f' }, AWAITED],
    [
      'it did not take place',
      { scanResult: 'UNSUPPORTED', etag: 'e' },
      { state: 'not-scanned', reason: 'UNSUPPORTED' },
    ],
    [
      'it did not take place, after a clean one',
      { scanResult: 'FAILED', etag: 'e', recorded: true },
      { state: 'clean' },
    ],
    [
      "GuardDuty's tag says that it found something",
      { tags: { GuardDutyMalwareScanStatus: FOUND } },
      { state: 'malware', found: FOUND },
    ],
    [
      "GuardDuty's tag says that it is clean, which an upload could say too",
      { tags: { GuardDutyMalwareScanStatus: CLEAN }, required: true },
      AWAITED,
    ],
    [
      'an earlier verdict says so',
      { tags: REJECTED, recorded: true },
      { state: 'malware', found: 'an earlier verdict says so' },
    ],
    [
      'an earlier verdict has another reason',
      { tags: { ...REJECTED, 'waybill-reason': 'size-differs' } },
      { state: 'not-needed' },
    ],
    [
      'an earlier verdict was another',
      { tags: { ...REJECTED, waybill: 'pending' } },
      { state: 'not-needed' },
    ],
    [
      'this call has said so of other bytes',
      { tags: REJECTED, tagsAreOurs: true },
      { state: 'not-needed' },
    ],
    [
      'an earlier verdict says so, and it is clean now',
      { tags: REJECTED, scanResult: CLEAN, etag: 'e' },
      { state: 'clean' },
    ],
  ])('is known if %s', (_what, given, state) => {
    expect(stateOf(given)).toStrictEqual(state)
  })
})

describe('createScanRecords', () => {
  const digest = platformDigest()
  const records = createScanRecords(['new', 'old'], 'bucket', digest)

  it("recognizes its own records, and an older secret's", async () => {
    const former = createScanRecords(['old'], 'bucket', digest)
    for (const each of [records, former]) {
      const tags = { 'waybill-scan': await each.record('k', HEAD) }
      expect(await records.isRecorded('k', HEAD, tags)).toBe(true)
    }
    expect(await records.record('k', HEAD)).toMatch(/^[\w-]{22}$/)
  })

  it('creates records that stay valid forever, because they are stored in buckets', async () => {
    expect(await records.record('k', HEAD)).toBe('TxmsbBrVCdVGLsDraXiaNw')
    const version = { ...HEAD, versionId: 'v' }
    expect(await records.record('k', version)).toBe('5vX7Jfu5V0xk7VL6PhqmHQ')
  })

  it('recognizes none for another key, version, ETag or bucket', async () => {
    const tags = { 'waybill-scan': await records.record('k', { ...HEAD, versionId: 'v' }) }
    expect(await records.isRecorded('k', { ...HEAD, versionId: 'v' }, tags)).toBe(true)
    expect(await records.isRecorded('l', { ...HEAD, versionId: 'v' }, tags)).toBe(false)
    expect(await records.isRecorded('k', HEAD, tags)).toBe(false)
    expect(await records.isRecorded('k', { ...HEAD, versionId: 'v', etag: 'f' }, tags)).toBe(false)
    expect(await records.isRecorded('k', { ...HEAD, versionId: 'v' }, {})).toBe(false)
    const elsewhere = createScanRecords(['new'], 'other', digest)
    expect(await elsewhere.isRecorded('k', { ...HEAD, versionId: 'v' }, tags)).toBe(false)
  })

  it('treats an ETag with and without quotes as the same', async () => {
    const tags = { 'waybill-scan': await records.record('k', HEAD) }
    expect(await records.isRecorded('k', { ...HEAD, etag: 'e' }, tags)).toBe(true)
  })
})
