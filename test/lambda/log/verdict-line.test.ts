import { describe, expect, it } from 'vitest'
import type { Verdict } from 'waybill/arrival'
import { verdictLine } from '../../../src/lambda/log/verdict-line.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const OBJECT = { bucket: 'uploads', key: 'a', size: 5, type: 'text/plain' }

/** A verdict as arrival would give it: only what the line reads. */
const line = (verdict: object) =>
  JSON.parse(verdictLine({ ...OBJECT, ...verdict } as unknown as Verdict, undefined, NOW))

describe('verdictLine', () => {
  it('is read by CloudWatch as three counts by bucket', () => {
    expect(line({ verdict: 'verified' })).toStrictEqual({
      _aws: {
        Timestamp: NOW.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: 'Waybill',
            Dimensions: [['Bucket']],
            Metrics: [
              { Name: 'Verified', Unit: 'Count' },
              { Name: 'Rejected', Unit: 'Count' },
              { Name: 'NotScanned', Unit: 'Count' },
            ],
          },
        ],
      },
      Bucket: 'uploads',
      Verified: 1,
      Rejected: 0,
      NotScanned: 0,
      verdict: 'verified',
      key: 'a',
    })
  })

  it.each([
    [{ verdict: 'rejected', reason: 'TYPE', message: 'no' }, [0, 1, 0], undefined, 'no'],
    [{ verdict: 'not-scanned', reason: 'AWAITED', message: 'm' }, [0, 0, 0], undefined, 'm'],
    [{ verdict: 'not-scanned', reason: 'FAILED', message: 'm' }, [0, 0, 1], undefined, 'm'],
    [{ verdict: 'skipped', reason: 'gone' }, [0, 0, 0], 'gone', undefined],
  ])('counts %j as %j', (verdict, counts, reason, message) => {
    const { Verified, Rejected, NotScanned, ...rest } = line(verdict)
    expect([Verified, Rejected, NotScanned]).toEqual(counts)
    expect([rest.verdict, rest.reason, rest.message]).toEqual([verdict.verdict, reason, message])
  })
})
