import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAmzDate } from 'waybill-s3'
import { parseAmzDate } from '../../src/sigv4/amz-date.ts'
import { date } from '../presigned/arbitraries.ts'

describe('formatAmzDate', () => {
  it('round-trips to the same second', () => {
    fc.assert(
      fc.property(date, (instant) => {
        const second = new Date(Math.floor(instant.getTime() / 1000) * 1000)
        expect(parseAmzDate(formatAmzDate(instant))).toEqual(second)
      }),
    )
  })
})

describe('parseAmzDate', () => {
  it('reads the format of `x-amz-date`', () => {
    expect(parseAmzDate('20151229T000000Z')).toEqual(new Date('2015-12-29T00:00:00Z'))
  })

  it.each([
    '',
    '20151229',
    '2015-12-29T00:00:00Z',
    '20151229T000000',
    '20150230T000000Z',
    '20151329T000000Z',
    '20151229T240000Z',
    '20151229T006000Z',
    ' 20151229T000000Z',
    '20151229T000000Z\n',
  ])("rejects '%s'", (text) => {
    expect(parseAmzDate(text)).toBeUndefined()
  })
})
