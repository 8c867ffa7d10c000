import { describe, expect, it } from 'vitest'
import { UPLOAD_ERROR_CODES, UploadError, type UploadErrorCode } from 'waybill'
import {
  isAbsent,
  isOutdated,
  isRefusal,
  isRuined,
  needsList,
  treatCalling,
  treatLost,
  treatSending,
} from '../../../src/client/send/remedies.ts'

const of = (code: ConstructorParameters<typeof UploadError>[0]) => new UploadError(code, 'm')
const MISTAKE = new TypeError('a mistake of ours')

const MANY = Number.POSITIVE_INFINITY

/** Remedies and attempts of each code; all others are given up. */
const TABLES = [
  [
    'treatSending',
    treatSending,
    {
      NETWORK_FAILED: ['retry', MANY],
      STALLED: ['retry', MANY],
      STORAGE_UNAVAILABLE: ['retry', MANY],
      CHECKSUM_MISMATCH: ['retry', 5],
      POLICY_EXPIRED: ['re-sign', 5],
      CREDENTIALS_EXPIRED: ['re-sign', 5],
      CLOCK_SKEWED: ['re-sign', 5],
      UPLOAD_NOT_FOUND: ['re-list', 1],
      OBJECT_EXISTS: ['stored', 1],
    },
  ],
  [
    'treatCalling',
    treatCalling,
    {
      SIGNER_UNAVAILABLE: ['retry', MANY],
      STORAGE_UNAVAILABLE: ['retry', MANY],
      TOO_MANY_UPLOADS: ['wait-turn', 100],
      REQUEST_TIMEOUT: ['retry', MANY],
      INTERNAL_ERROR: ['retry', 5],
      CLOCK_SKEWED: ['retry', 5],
      POLICY_EXPIRED: ['retry', 5],
      WAYBILL_INVALID: ['retry', 3],
      OBJECT_NOT_VERIFIED: ['retry', 5],
      UPLOAD_INCOMPLETE: ['re-list', 1],
      UPLOAD_NOT_FOUND: ['re-list', 1],
    },
  ],
] as const

describe.each(TABLES)('%s', (_, treat, table) => {
  it.each(UPLOAD_ERROR_CODES)('knows what to do about %s', (code) => {
    const rows: Readonly<Partial<Record<UploadErrorCode, readonly [string, number]>>> = table
    const [remedy, attempts] = rows[code] ?? ['give-up', 1]
    const isTriedAgain = ['retry', 're-sign', 'wait-turn'].includes(remedy)
    expect(treat(of(code))).toEqual({ remedy, attempts, isTriedAgain })
  })
})

describe('treatCalling', () => {
  it('tries a token again, once, where the next call has another one', () => {
    expect(treatCalling(of('UNAUTHENTICATED'))).toMatchObject({ remedy: 'give-up', attempts: 1 })
    expect(treatCalling(of('UNAUTHENTICATED'), true)).toMatchObject({
      remedy: 'retry',
      attempts: 2,
    })
    expect(treatCalling(of('FORBIDDEN'), true)).toMatchObject({ remedy: 'give-up' })
  })
})

describe('treatLost', () => {
  it('sends again what is missing, and only once if it was probably S3 that took the bytes', () => {
    expect(treatLost(of('OBJECT_NOT_FOUND'), false).attempts).toBe(MANY)
    expect(treatLost(of('OBJECT_NOT_FOUND'), true).attempts).toBe(2)
    expect(treatLost(of('OBJECT_MISMATCH'), false).isTriedAgain).toBe(false)
  })
})

describe('what a failure says of an upload', () => {
  it('is that an earlier session is outdated, but not where its file could not be read', () => {
    expect(isOutdated(of('UPLOAD_NOT_FOUND'))).toBe(true)
    expect(isOutdated(of('FILE_UNREADABLE'))).toBe(false)
    expect(isOutdated(of('NETWORK_FAILED'))).toBe(false)
    expect(isOutdated(MISTAKE)).toBe(false)
  })

  it.each([
    [
      'isRuined',
      isRuined,
      [
        ...['FILE_UNREADABLE', 'CHECKSUM_MISMATCH', 'UPLOAD_NOT_FOUND', 'UPLOAD_INCOMPLETE'],
        ...['OBJECT_NOT_FOUND', 'OBJECT_MISMATCH', 'OBJECT_EXISTS', 'WAYBILL_INVALID'],
        ...['WAYBILL_EXPIRED', 'WAYBILL_NOT_YOURS', 'PART_NUMBER_INVALID', 'STORAGE_NOT_ALLOWED'],
      ],
    ],
    [
      'isRefusal',
      isRefusal,
      [
        ...['POLICY_EXPIRED', 'CREDENTIALS_EXPIRED', 'CLOCK_SKEWED', 'CHECKSUM_MISMATCH'],
        'STORAGE_REFUSED',
      ],
    ],
    ['isAbsent', isAbsent, ['OBJECT_NOT_FOUND', 'WAYBILL_EXPIRED', 'WAYBILL_INVALID']],
    ['needsList', needsList, ['UPLOAD_INCOMPLETE', 'UPLOAD_NOT_FOUND']],
  ] as const)('%s knows its codes, and takes no mistake for one', (_, isIt, codes) => {
    expect(UPLOAD_ERROR_CODES.filter((code) => isIt(of(code))).sort()).toEqual([...codes].sort())
    expect(isIt(Object.assign(MISTAKE, { code: codes[0] }))).toBe(false)
  })
})
