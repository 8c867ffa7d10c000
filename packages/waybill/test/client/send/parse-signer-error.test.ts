import { describe, expect, it } from 'vitest'
import { parseSignerError } from '../../../src/client/send/read-answer.ts'

describe('parseSignerError', () => {
  const LIST = Array.from({ length: 256 }, () => 'a/b')
  const LONG = 'x'.repeat(257)
  const all = { actual: 7, allowed: 'x', retryAfterSeconds: 60 }

  it.each<[string, unknown, unknown]>([
    ['strings and integers', all, all],
    [
      'other numbers',
      { ...all, actual: Number.POSITIVE_INFINITY, retryAfterSeconds: 0.5 },
      { allowed: 'x' },
    ],
    ['a time that is not a number', { allowed: 0, retryAfterSeconds: '60' }, { allowed: 0 }],
    ['other values', { actual: true, allowed: null }, undefined],
    ['objects', { actual: {}, allowed: { length: 1 } }, undefined],
    ['other names', { allowed: 5, more: 'x' }, { allowed: 5 }],
    ['strings of 256 characters', { allowed: LONG.slice(1) }, { allowed: LONG.slice(1) }],
    ['longer strings', { actual: LONG, allowed: 5 }, { allowed: 5 }],
    ['lists of 256 strings', { actual: ['a'], allowed: LIST }, { allowed: LIST }],
    ['longer lists', { actual: 7, allowed: [...LIST, 'a/b'] }, { actual: 7 }],
    ['lists with a longer string', { allowed: ['a/b', LONG] }, undefined],
    ['lists of other values', { actual: 7, allowed: ['a/b', {}] }, { actual: 7 }],
    ['null', null, undefined],
    ['a string', 'FILE', undefined],
    ['a list', [1, 2], undefined],
  ])('reads details with %s', (_, details, read) => {
    const error = { code: 'FILE_REFUSED', message: 'm', details }
    expect(parseSignerError({ error })?.details).toEqual(read)
  })

  it.each([
    [{ error: { code: 7, message: 'm' } }],
    [{ error: { code: 'FILE_REFUSED' } }],
    [{ error: 'FILE_REFUSED' }],
    [{ error: null }],
    [null],
    ['FILE_REFUSED'],
  ])('does not accept %j as an error', (body) => {
    expect(parseSignerError(body)).toBeUndefined()
  })

  it('shortens long messages and unknown codes', () => {
    const message = 'm'.repeat(2049)
    expect(parseSignerError({ error: { code: 'FORBIDDEN', message } })).toMatchObject({
      ...{ code: 'FORBIDDEN', message: 'm'.repeat(2048) },
    })
    expect(parseSignerError({ error: { code: 'N'.repeat(65), message } })).toMatchObject({
      code: 'RESPONSE_INVALID',
      message: `the signer responded with an unknown error ${'N'.repeat(64)}: ${'m'.repeat(2048)}`,
    })
  })

  it('keeps only an id that a page can display', () => {
    const idOf = (id: unknown, code = 'FORBIDDEN') =>
      parseSignerError({ error: { code, message: 'm', id } })?.id
    expect(idOf('3f9a1c0d2b7e4a55')).toBe('3f9a1c0d2b7e4a55')
    expect(idOf('3f9a1c0d2b7e4a55', 'OF_A_LATER_VERSION')).toBe('3f9a1c0d2b7e4a55')
    for (const id of ['', 'x'.repeat(257), 7, null, {}]) expect(idOf(id)).toBeUndefined()
  })
})
