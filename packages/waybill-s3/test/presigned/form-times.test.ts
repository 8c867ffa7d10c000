import { describe, expect, it } from 'vitest'
import { createFormTimes } from '../../src/presigned/form-times.ts'

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const role = { ...keys, sessionToken: 'token', expiration: new Date('2026-01-31T18:00:00Z') }
const at = (time: string) => new Date(`2026-01-31T${time}Z`)

describe('createFormTimes', () => {
  it('gives all forms in one second the same times, and those in the next second new ones', () => {
    const timesAt = createFormTimes()
    const times = timesAt(at('12:00:00.100'), 300, role)
    expect(times).toMatchObject({
      amzDate: '20260131T120000Z',
      expiration: at('12:05:00'),
      expirationText: '2026-01-31T12:05:00.000Z',
    })
    expect(timesAt(at('12:00:00.900'), 300, { ...role })).toBe(times)
    expect(timesAt(at('12:00:01.000'), 300, role).expiration).toEqual(at('12:05:01'))
  })

  it('distinguishes forms in one second by lifetime and by the end of their credentials', () => {
    const timesAt = createFormTimes()
    const endOf = (seconds: number, of = {}) =>
      timesAt(at('12:00:00'), seconds, { ...role, ...of }).expiration
    expect(endOf(43_200)).toEqual(at('18:00:00'))
    expect(endOf(300)).toEqual(at('12:05:00'))
    expect(endOf(43_200)).toEqual(at('18:00:00'))
    expect(endOf(43_200, { expiration: at('17:00:00') })).toEqual(at('17:00:00'))
  })
})
