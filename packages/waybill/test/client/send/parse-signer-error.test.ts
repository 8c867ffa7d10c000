import { describe, expect, it } from 'vitest'
import { parseSignerError } from '../../../src/client/send/parse-signer-error.ts'

describe('parseSignerError', () => {
  const of = (details: unknown) =>
    parseSignerError({ error: { code: 'FILE_REFUSED', message: 'm', details } })?.details

  const LIST = Array.from({ length: 256 }, () => 'a/b')

  it('takes lists of 256 short texts, and no others', () => {
    expect(of({ allowed: LIST })).toEqual({ allowed: LIST })
    expect(of({ allowed: [...LIST, 'a/b'] })).toBeUndefined()
    expect(of({ allowed: ['a/b', 7] })).toBeUndefined()
    expect(of({ allowed: ['a/b', 'x'.repeat(257)] })).toBeUndefined()
  })

  it('takes texts of 256 characters, and no longer ones', () => {
    expect(of({ allowed: 'x'.repeat(256) })).toEqual({ allowed: 'x'.repeat(256) })
    expect(of({ allowed: 'x'.repeat(257) })).toBeUndefined()
  })

  it.each([
    [{ error: { code: 7, message: 'm' } }],
    [{ error: { code: 'FILE_REFUSED' } }],
    [{ error: 'FILE_REFUSED' }],
    [{ error: null }],
    [null],
    ['FILE_REFUSED'],
  ])('takes %j for no error', (body) => {
    expect(parseSignerError(body)).toBeUndefined()
  })

  it('shortens what an unknown code and its message say', () => {
    const error = { code: 'N'.repeat(65), message: 'm'.repeat(2049) }
    expect(parseSignerError({ error })).toMatchObject({
      code: 'RESPONSE_INVALID',
      message: `the signer answered an unknown error ${'N'.repeat(64)}: ${'m'.repeat(2048)}`,
    })
  })

  it('keeps an id that a page can show, and no other', () => {
    const idOf = (id: unknown, code = 'FORBIDDEN') =>
      parseSignerError({ error: { code, message: 'm', id } })?.id
    expect(idOf('3f9a1c0d2b7e4a55')).toBe('3f9a1c0d2b7e4a55')
    expect(idOf('3f9a1c0d2b7e4a55', 'OF_A_LATER_VERSION')).toBe('3f9a1c0d2b7e4a55')
    for (const id of ['', 'x'.repeat(257), 7, null, {}]) expect(idOf(id)).toBeUndefined()
  })

  it('keeps details that are texts or numbers, and no others', () => {
    const all = { actual: 7, allowed: 'x', retryAfterSeconds: 60 }
    expect(of(all)).toEqual(all)
    expect(of({ actual: true, allowed: null, retryAfterSeconds: 0.5 })).toBeUndefined()
    expect(of({ actual: Number.POSITIVE_INFINITY, allowed: 0 })).toEqual({ allowed: 0 })
    expect(of({ actual: ['a'], allowed: ['a'] })).toEqual({ allowed: ['a'] })
  })
})
