import { settle } from '@waybill/test-support/eventually'
import { describe, expect, it } from 'vitest'
import type { UploadErrorCode } from 'waybill'
import { endOf, PART_SIZE, type Script, uploaderBy } from '../scripted-storage.ts'

const SIZE = PART_SIZE + 1
const LISTED = [
  { partNumber: 1, size: PART_SIZE, etag: '"1"' },
  { partNumber: 2, size: 1, etag: '"2"' },
]

async function uploadBy(script: Script) {
  const given = { listed: LISTED, connections: 1, ...script }
  const { uploader, calls } = uploaderBy({ strategy: 'multipart', ...given })
  const upload = uploader.upload(new File([new Uint8Array(SIZE)], 'a'))
  const states: string[] = []
  upload.on('state', ({ state }) => states.push(state))
  const ended = await endOf(upload)
  await settle()
  return { calls: calls.slice(1).map((call) => call.replace(' w1', '')), ended, states }
}

const times = (count: number, code: UploadErrorCode) => Array.from({ length: count }, () => code)
const DONE = { key: 'k' }

describe('a multipart upload', () => {
  it.each<[string, Script, object, string]>([
    [
      'sends again what S3 does not list',
      { complete: ['UPLOAD_INCOMPLETE'], listed: LISTED.slice(0, 1) },
      DONE,
      'send 1, send 2, complete, list, send 2, complete',
    ],
    [
      'lists the parts up to three times and is then aborted',
      { complete: times(9, 'UPLOAD_INCOMPLETE') },
      { code: 'UPLOAD_INCOMPLETE' },
      'send 1, send 2, complete, list, complete, list, complete, list, complete, abort',
    ],
    [
      'is completed again if S3 no longer knows it: perhaps only the answer was lost',
      { complete: ['UPLOAD_NOT_FOUND'], list: ['UPLOAD_NOT_FOUND'] },
      DONE,
      'send 1, send 2, complete, list, complete',
    ],
    [
      'fails if its parts cannot be listed',
      { complete: ['UPLOAD_INCOMPLETE'], list: ['WAYBILL_EXPIRED'] },
      { code: 'WAYBILL_EXPIRED' },
      'send 1, send 2, complete, list, abort',
    ],
    [
      'lists no parts if complete is refused',
      { complete: ['FORBIDDEN'] },
      { code: 'FORBIDDEN' },
      'send 1, send 2, complete, abort',
    ],
    [
      'sends again what S3 has otherwise if the parts make another object',
      {
        complete: ['CHECKSUM_MISMATCH'],
        listed: LISTED.with(1, { ...LISTED[1], crc64nvme: 'AAAAAAAAAAA=' } as (typeof LISTED)[1]),
      },
      DONE,
      'send 1, send 2, complete, list, send 2, complete',
    ],
    [
      'fails if they make another object although S3 has each as it was sent',
      { complete: ['CHECKSUM_MISMATCH'] },
      { code: 'CHECKSUM_MISMATCH' },
      'send 1, send 2, complete, list, abort',
    ],
    [
      'lists no parts if S3 received something else each time',
      { received: 'AAAAAAAAAAA=' },
      { code: 'CHECKSUM_MISMATCH' },
      `${'send 1, '.repeat(5)}abort`,
    ],
    ...[1, PART_SIZE - 1, 6 * 1024 ** 4].map((partSize): [string, Script, object, string] => [
      `cannot have parts of ${partSize} bytes`,
      { partSize },
      {
        ...{ code: 'RESPONSE_INVALID', message: `partSize is ${partSize} for ${SIZE} bytes` },
        cause: expect.any(Error),
      },
      'abort',
    ]),
  ])('%s', async (_, script, ending, expected) => {
    const { calls, ended } = await uploadBy(script)
    expect(ended).toMatchObject(ending)
    expect(calls.join(', ')).toBe(expected)
  })

  it('returns to the uploading state while it sends what was missing', async () => {
    const script = { complete: times(1, 'UPLOAD_INCOMPLETE'), listed: LISTED.slice(0, 1) }
    const { states } = await uploadBy(script)
    expect(states.slice(-4)).toEqual(['completing', 'uploading', 'completing', 'done'])
  })
})
