import { describe, expect, it } from 'vitest'
import type { SignerEvent } from 'waybill'
import { countedOf } from '../../../src/lambda/metrics.ts'

describe('countedOf', () => {
  it.each([
    [403, 'refused'],
    [499, 'refused'],
    [500, 'failed'],
    [503, 'failed'],
  ])('counts a rejection with status %d as %s', (status, outcome) => {
    const event = { type: 'refusal', status, rule: 'video', code: 'FORBIDDEN' } as SignerEvent
    expect(countedOf(event)).toEqual({ outcome, rule: 'video', reason: 'FORBIDDEN' })
  })

  it('counts a scan without a reason like any other', () => {
    const event = { type: 'verdict', verdict: 'not-scanned', rule: 'video' } as SignerEvent
    const counted = { outcome: 'not-scanned', rule: 'video', reason: 'OTHER' }
    expect(countedOf(event)).toEqual(counted)
  })

  it.each(['link', 'removal'])('does not count a %s', (type) => {
    expect(countedOf({ type, rule: 'video' } as SignerEvent)).toBeUndefined()
  })
})
