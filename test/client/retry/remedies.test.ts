import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import {
  isAbsent,
  isOutdated,
  isRefusal,
  isRuined,
  needsList,
  treatCalling,
  treatLost,
  treatSending,
} from '../../../src/client/retry/remedies.ts'

const of = (code: ConstructorParameters<typeof UploadError>[0]) => new UploadError(code, 'm')
const MISTAKE = new TypeError('a mistake of ours')

describe('treatSending', () => {
  it.each([
    ['NETWORK_FAILED', 'retry', Number.POSITIVE_INFINITY, true],
    ['POLICY_EXPIRED', 're-sign', 5, true],
    ['UPLOAD_NOT_FOUND', 're-list', 1, false],
    ['OBJECT_EXISTS', 'stored', 1, false],
    ['STORAGE_REFUSED', 'give-up', 1, false],
  ] as const)('answers %s by %s, %d times in all', (code, remedy, attempts, isTriedAgain) => {
    expect(treatSending(of(code))).toEqual({ remedy, attempts, isTriedAgain })
  })
})

describe('treatCalling', () => {
  it('waits in line where others came first', () => {
    expect(treatCalling(of('TOO_MANY_UPLOADS'))).toMatchObject({
      remedy: 'queue',
      isTriedAgain: true,
    })
  })

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
  it('sends again what is missing, unless it was S3 that took the bytes', () => {
    expect(treatLost(of('OBJECT_NOT_FOUND'), false).isTriedAgain).toBe(true)
    expect(treatLost(of('OBJECT_NOT_FOUND'), true).isTriedAgain).toBe(false)
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
    ['isRuined', isRuined, 'FILE_UNREADABLE', 'NETWORK_FAILED'],
    ['isRefusal', isRefusal, 'STORAGE_REFUSED', 'STORAGE_UNAVAILABLE'],
    ['isAbsent', isAbsent, 'OBJECT_NOT_FOUND', 'OBJECT_MISMATCH'],
    ['needsList', needsList, 'UPLOAD_INCOMPLETE', 'SIGNER_UNAVAILABLE'],
  ] as const)('%s knows its codes, and takes no mistake for one', (_, isIt, yes, no) => {
    expect(isIt(of(yes))).toBe(true)
    expect(isIt(of(no))).toBe(false)
    expect(isIt(of('FILE_TOO_LARGE'))).toBe(false)
    expect(isIt(Object.assign(MISTAKE, { code: yes }))).toBe(false)
  })
})
