import { describe, expect, it } from 'vitest'
import type { VerdictEvent } from 'waybill'
import type { Verdict } from 'waybill/arrival'
import { verdictLine } from '../../../src/lambda/metrics.ts'
import { problemsOf } from './embedded-metric-format.ts'

const NOW = new Date('2026-11-24T10:00:00Z')
const PLACE = { bucket: 'uploads', prefix: '', level: 'all' } as const
const OBJECT = { bucket: 'uploads', key: 'a', size: 5, type: 'text/plain' }

/** A verdict as arrival would give it, and its event: only what the line reads. */
function line(verdict: object, event?: object) {
  const told = { type: 'verdict', at: NOW, key: 'a', size: 5, ...event }
  const given = { ...OBJECT, ...verdict } as unknown as Verdict
  return verdictLine(PLACE, { verdict: given, ...(event && { event: told as VerdictEvent }) }, NOW)
}

describe('verdictLine', () => {
  it('is read by CloudWatch as one upload and its bytes, by rule and outcome', () => {
    const verified = line({ verdict: 'verified' }, { verdict: 'verified', rule: 'video' })
    expect(problemsOf(verified)).toEqual([])
    expect(JSON.parse(verified)).toStrictEqual({
      _aws: {
        Timestamp: NOW.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: 'Waybill',
            Dimensions: [['Bucket', 'Prefix']],
            Metrics: [
              { Name: 'Rejected', Unit: 'Count' },
              { Name: 'AwaitingVerdict', Unit: 'Count' },
            ],
          },
          {
            Namespace: 'Waybill',
            Dimensions: [['Bucket', 'Prefix', 'Rule', 'Outcome']],
            Metrics: [
              { Name: 'Uploads', Unit: 'Count' },
              { Name: 'Bytes', Unit: 'Bytes' },
            ],
          },
        ],
      },
      Bucket: 'uploads',
      Prefix: '/',
      Rule: 'video',
      Outcome: 'verified',
      Uploads: 1,
      Bytes: [5],
      Rejected: [0],
      AwaitingVerdict: [-1],
      type: 'verdict',
      at: NOW.toISOString(),
      rule: 'video',
      size: 5,
      verdict: 'verified',
      key: 'a',
    })
  })

  it.each([
    [{ verdict: 'rejected', reason: 'size-differs' }, 'rejected', 'size-differs'],
    [{ verdict: 'not-scanned', reason: 'FAILED' }, 'not-scanned', 'FAILED'],
    // A scanner's own words, of which there may be any number.
    [{ verdict: 'not-scanned', reason: 'a.zip is locked' }, 'not-scanned', 'OTHER'],
    // Its scan will come.
    [{ verdict: 'not-scanned', reason: 'AWAITED' }, undefined, undefined],
  ])('counts %j as %s by %s', (verdict, outcome, reason) => {
    const written = JSON.parse(line({ ...verdict, message: 'no' }, verdict))
    expect([written.Outcome, written.Reason]).toEqual([outcome, reason])
    expect(written).toMatchObject({ ...verdict, message: 'no' })
    expect('_aws' in written).toBe(outcome !== undefined)
  })

  it('counts an object without a waybill under no rule', () => {
    const verdict = { verdict: 'rejected', reason: 'no-waybill' }
    expect(JSON.parse(line(verdict, verdict))).toMatchObject({ Rule: '(none)' })
  })

  it('explains why an object was skipped, and counts it only if it can no longer get a verdict', () => {
    const gone = JSON.parse(line({ verdict: 'skipped', reason: 'gone' }))
    expect(gone).toMatchObject({
      verdict: 'skipped',
      key: 'a',
      reason: 'gone',
      AwaitingVerdict: [-1],
    })
    const other = JSON.parse(line({ verdict: 'skipped', reason: 'other-prefix' }))
    expect(other).toStrictEqual({ verdict: 'skipped', key: 'a', reason: 'other-prefix' })
  })
})
