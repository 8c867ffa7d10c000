import { describe, expect, it } from 'vitest'
import { readObjectEvent } from 'waybill/arrival'

function created(object: object, bucket: object = { name: 'uploads' }) {
  return { 'detail-type': 'Object Created', detail: { bucket, object } }
}

const SCAN = 'GuardDuty Malware Protection Object Scan Result'

function scanned(object: object, result: object = { scanResultStatus: 'NO_THREATS_FOUND' }) {
  return { 'detail-type': SCAN, detail: { s3ObjectDetails: object, scanResultDetails: result } }
}

describe('readObjectEvent', () => {
  it.each([
    [
      'all that S3 names',
      created({ key: 'a/b', 'version-id': 'v1', etag: 'e1' }),
      { bucket: 'uploads', key: 'a/b', versionId: 'v1', etag: 'e1' },
    ],
    ['key and bucket alone', created({ key: 'a' }), { bucket: 'uploads', key: 'a' }],
    [
      'an ETag without the quotes of other stores',
      created({ key: 'a', etag: '"e-1"' }),
      { bucket: 'uploads', key: 'a', etag: 'e-1' },
    ],
    [
      'no version and no ETag where they are empty',
      created({ key: 'a', 'version-id': '', etag: '' }),
      { bucket: 'uploads', key: 'a' },
    ],
    [
      'no version and no ETag where they are no texts',
      created({ key: 'a', 'version-id': 7, etag: {} }),
      { bucket: 'uploads', key: 'a' },
    ],
    [
      "GuardDuty's names of the same, and its result",
      scanned({ bucketName: 'uploads', objectKey: 'a', versionId: 'v', eTag: 'e' }),
      {
        ...{ bucket: 'uploads', key: 'a', versionId: 'v', etag: 'e' },
        scanResult: 'NO_THREATS_FOUND',
      },
    ],
  ])('parses %s', (_what, event, object) => {
    expect(readObjectEvent(event)).toStrictEqual(object)
  })

  it.each([
    ['event is null, expected an object', null],
    ["event.detail-type is missing, expected 'Object Created'", {}],
    ['event.detail is missing, expected an object', { 'detail-type': 'Object Created' }],
    ['event.detail is missing, expected an object', { 'detail-type': SCAN }],
    [
      'event.detail.object is missing, expected an object',
      { 'detail-type': 'Object Created', detail: { bucket: { name: 'b' } } },
    ],
    [
      'event.detail.bucket is missing, expected an object',
      { 'detail-type': 'Object Created', detail: { object: { key: 'a' } } },
    ],
    ['bucket name is missing, expected a text', created({ key: 'a' }, {})],
    ['object key is missing, expected a text', created({})],
    ['object key is 7, expected a text', created({ key: 7 })],
    ['object key is "", expected a text', created({ key: '' })],
    [
      'event.detail.s3ObjectDetails is missing, expected an object',
      { 'detail-type': SCAN, detail: {} },
    ],
    [
      'event.detail.scanResultDetails is missing, expected an object',
      { 'detail-type': SCAN, detail: { s3ObjectDetails: {} } },
    ],
    [
      'event.detail.scanResultDetails.scanResultStatus is missing, expected a text',
      scanned({ bucketName: 'b', objectKey: 'a' }, {}),
    ],
  ])('reports that %s', (message, event) => {
    expect(() => readObjectEvent(event)).toThrow(new TypeError(message))
  })
})
