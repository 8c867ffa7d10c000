import { NOW } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { secondsSince } from '../../src/events/report-event.ts'

const ago = (ms: number) => new Date(NOW.getTime() - ms)

describe('secondsSince', () => {
  it.each([
    ['whole seconds', ago(1_999), { secondsSinceGrant: 1 }],
    ['0 where the clock of the signer is ahead', ago(-3_000), { secondsSinceGrant: 0 }],
    ['nothing of a waybill that does not say when it was granted', undefined, {}],
  ])('returns %s', (_, grantedAt, said) => {
    expect(secondsSince(grantedAt, NOW)).toStrictEqual(said)
  })
})
