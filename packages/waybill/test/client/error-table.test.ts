import { describe, expect, it } from 'vitest'
import { UPLOAD_ERROR_CODES, UploadError, type UploadErrorCode } from 'waybill'
import {
  connectionOutcome,
  downSide,
  isAbsent,
  isOutdated,
  isPassing,
  isRefusal,
  isRuined,
  mayPass,
  needsList,
  treatCalling,
  treatLost,
  treatSending,
} from '../../src/client/error-table.ts'

const of = (code: UploadErrorCode) => new UploadError(code, 'm')

const MANY = Number.POSITIVE_INFINITY
const FACTS = { isRefusal, isRuined, isOutdated, isAbsent, needsList, mayPass }
const RUINED = ['isRuined', 'isOutdated'] as const
const ABSENT = [...RUINED, 'isAbsent'] as const

interface Facts {
  readonly sending?: readonly [remedy: string, attempts: number]
  readonly calling?: readonly [remedy: string, attempts: number]
  readonly down?: 'signer' | 'storage'
  readonly connection?: 'failed' | 'slow-down'
  readonly is?: readonly (keyof typeof FACTS)[]
}

/** All other codes are given up. */
const TABLE: Readonly<Partial<Record<UploadErrorCode, Facts>>> = {
  NETWORK_FAILED: {
    ...{ sending: ['retry', MANY], down: 'storage', connection: 'failed', is: ['mayPass'] },
  },
  STALLED: {
    ...{ sending: ['retry', MANY], down: 'storage', connection: 'failed', is: ['mayPass'] },
  },
  STORAGE_UNAVAILABLE: {
    ...{ sending: ['retry', MANY], calling: ['retry', MANY], down: 'storage' },
    ...{ connection: 'slow-down', is: ['mayPass'] },
  },
  SIGNER_UNAVAILABLE: { calling: ['retry', MANY], down: 'signer', is: ['mayPass'] },
  REQUEST_TIMEOUT: { calling: ['retry', MANY], is: ['mayPass'] },
  INTERNAL_ERROR: { calling: ['retry', 5], is: ['mayPass'] },
  POLICY_EXPIRED: {
    ...{ sending: ['re-sign', 5], calling: ['retry', 5], is: ['isRefusal', 'mayPass'] },
  },
  CREDENTIALS_EXPIRED: { sending: ['re-sign', 5], is: ['isRefusal', 'mayPass'] },
  CLOCK_SKEWED: {
    ...{ sending: ['re-sign', 5], calling: ['retry', 5], is: ['isRefusal', 'mayPass'] },
  },
  CHECKSUM_MISMATCH: { sending: ['retry', 5], is: ['isRefusal', ...RUINED] },
  FILE_TOO_LARGE: { is: ['isRefusal'] },
  FILE_TOO_SMALL: { is: ['isRefusal'] },
  FILE_UNREADABLE: { is: ['isRuined'] },
  STORAGE_REFUSED: { is: ['isRefusal'] },
  STORAGE_NOT_ALLOWED: { is: RUINED },
  UPLOAD_NOT_FOUND: {
    ...{ sending: ['re-list', 1], calling: ['re-list', 1], is: [...RUINED, 'needsList'] },
  },
  UPLOAD_INCOMPLETE: { calling: ['re-list', 1], is: [...RUINED, 'needsList'] },
  PART_NUMBER_INVALID: { is: RUINED },
  OBJECT_EXISTS: { sending: ['stored', 1], is: RUINED },
  OBJECT_NOT_FOUND: { is: ABSENT },
  OBJECT_MISMATCH: { is: RUINED },
  OBJECT_NOT_VERIFIED: { calling: ['retry', 5], is: ['mayPass'] },
  WAYBILL_INVALID: { calling: ['retry', 3], is: ABSENT },
  WAYBILL_EXPIRED: { is: ABSENT },
  WAYBILL_NOT_YOURS: { is: RUINED },
  TOO_MANY_UPLOADS: { calling: ['wait-turn', 100], is: ['mayPass'] },
  QUOTA_EXCEEDED: { is: ['mayPass'] },
  UNAUTHENTICATED: { is: ['mayPass'] },
  FORBIDDEN: { is: ['mayPass'] },
}

function treated([remedy, attempts]: readonly [string, number] = ['give-up', 1]) {
  const isTriedAgain = ['retry', 're-sign', 'wait-turn'].includes(remedy)
  return { remedy, attempts, isTriedAgain }
}

describe('the table of error codes', () => {
  it.each(UPLOAD_ERROR_CODES)('says what to do about %s', (code) => {
    const { sending, calling, down, connection = 'unused', is = [] } = TABLE[code] ?? {}
    const error = of(code)
    expect(treatSending(error)).toEqual(treated(sending))
    expect(treatCalling(error)).toEqual(treated(calling))
    expect(downSide(error)).toBe(down)
    expect(connectionOutcome(error)).toBe(connection)
    const facts = Object.entries(FACTS).filter(([, fact]) => fact(error))
    expect(facts.map(([name]) => name)).toEqual(is)
  })

  it.each([needsList, isRefusal, isRuined, isOutdated, isAbsent])(
    'says nothing about a mistake in the code ($name)',
    (fact) => {
      const mistake = new TypeError('a mistake of ours')
      for (const code of UPLOAD_ERROR_CODES) {
        expect(fact(Object.assign(mistake, { code }))).toBe(false)
      }
    },
  )
})

describe('treatCalling', () => {
  it('retries a rejected token once if the next call has another one', () => {
    expect(treatCalling(of('UNAUTHENTICATED'), true)).toEqual(treated(['retry', 2]))
    expect(treatCalling(of('FORBIDDEN'), true)).toEqual(treated())
  })
})

describe('treatLost', () => {
  it('sends a missing file again, and only once if it was probably S3 that took the bytes', () => {
    expect(treatLost(of('OBJECT_NOT_FOUND'), false).attempts).toBe(MANY)
    expect(treatLost(of('OBJECT_NOT_FOUND'), true).attempts).toBe(2)
    expect(treatLost(of('OBJECT_MISMATCH'), false).isTriedAgain).toBe(false)
  })
})

describe('isPassing', () => {
  it.each([408, 425, 429, 500, 502, 503, 599])('is true for %d', (status) => {
    expect(isPassing(status)).toBe(true)
  })

  it.each([200, 301, 400, 403, 404, 407, 409, 424, 426, 428, 430, 499])(
    'is false for %d',
    (status) => {
      expect(isPassing(status)).toBe(false)
    },
  )
})
