import { describe, expect, it } from 'vitest'
import {
  type CountedEvents,
  embeddedMetrics,
  MAX_VALUES,
  type Outcome,
} from '../../../src/lambda/metrics.ts'
import { problemsOf } from './embedded-metric-format.ts'

const NOW = new Date('2026-11-26T10:00:00Z')
const EVENTS: CountedEvents = {
  ...{ outcome: 'granted', rule: 'video', reason: undefined, count: 2 },
  ...{ bytes: [], completionTimes: [] },
}
const OF_BUCKET = [['Bucket', 'Prefix']]
const OF_RULE = ['Bucket', 'Prefix', 'Rule', 'Outcome']
const OF_REASON = ['Bucket', 'Prefix', 'Outcome', 'Reason']
const UPLOADS = { Name: 'Uploads', Unit: 'Count' }
const counts = (...names: string[]) => names.map((Name) => ({ Name, Unit: 'Count' }))

/** @returns The members of the line, and those that it says are metrics. */
function written(events: Partial<CountedEvents>, level: 'all' | 'alarms' = 'all') {
  const line = embeddedMetrics({ bucket: 'b', prefix: 'u/', level }, { ...EVENTS, ...events }, NOW)
  expect(problemsOf(JSON.stringify(line))).toEqual([])
  const { _aws, ...members } = line
  const { CloudWatchMetrics, Timestamp } = _aws as {
    readonly Timestamp: number
    readonly CloudWatchMetrics: readonly Readonly<Record<string, unknown>>[]
  }
  expect(Timestamp).toBe(NOW.getTime())
  const directives = CloudWatchMetrics.map(({ Namespace, Dimensions, Metrics }) => {
    expect(Namespace).toBe('Waybill')
    return { Dimensions, Metrics }
  })
  return { members, directives }
}

describe('embeddedMetrics', () => {
  it('contains only metrics, dimensions and members that the events have', () => {
    expect(written({})).toStrictEqual({
      members: {
        Bucket: 'b',
        Prefix: '/u/',
        Rule: 'video',
        Outcome: 'granted',
        Uploads: 2,
        Failed: [0, 0],
      },
      directives: [
        { Dimensions: OF_BUCKET, Metrics: counts('Failed') },
        { Dimensions: [OF_RULE], Metrics: [UPLOADS] },
      ],
    })
  })

  it('includes bytes, times and the reason if there are any', () => {
    const events = { reason: 'size-differs', bytes: [5], completionTimes: [7] }
    expect(written({ ...events, outcome: 'rejected' })).toStrictEqual({
      members: {
        ...{
          Bucket: 'b',
          Prefix: '/u/',
          Rule: 'video',
          Outcome: 'rejected',
          Reason: 'size-differs',
        },
        ...{ Uploads: 2, Bytes: [5], CompletionTime: [7] },
        ...{ Rejected: [1, 1], AwaitingVerdict: [-1, -1] },
      },
      directives: [
        { Dimensions: OF_BUCKET, Metrics: counts('Rejected', 'AwaitingVerdict') },
        {
          Dimensions: [OF_RULE, OF_REASON],
          Metrics: [
            UPLOADS,
            { Name: 'Bytes', Unit: 'Bytes' },
            { Name: 'CompletionTime', Unit: 'Seconds' },
          ],
        },
      ],
    })
  })

  it.each<[Outcome, Record<string, number[]>]>([
    ['granted', { Failed: [0] }],
    ['completed', { Failed: [0], AwaitingVerdict: [1] }],
    ['refused', { Failed: [0] }],
    ['failed', { Failed: [1] }],
    ['verified', { Rejected: [0], AwaitingVerdict: [-1] }],
    ['rejected', { Rejected: [1], AwaitingVerdict: [-1] }],
    ['not-scanned', { NotScanned: [1], AwaitingVerdict: [-1] }],
    ['gone', { AwaitingVerdict: [-1] }],
  ])('contains neither rule nor reason for alarms only: %s', (outcome, metrics) => {
    expect(written({ outcome, reason: 'OTHER', count: 1 }, 'alarms')).toStrictEqual({
      members: { Bucket: 'b', Prefix: '/u/', ...metrics },
      directives: [{ Dimensions: OF_BUCKET, Metrics: counts(...Object.keys(metrics)) }],
    })
  })

  it.each<[Outcome, string[][]]>([
    ['granted', [OF_RULE]],
    ['completed', [OF_RULE]],
    ['verified', [OF_RULE]],
    ['refused', [OF_RULE, OF_REASON]],
    ['failed', [OF_RULE, OF_REASON]],
    ['rejected', [OF_RULE, OF_REASON]],
    ['not-scanned', [OF_RULE, OF_REASON]],
  ])('holds as many values as CloudWatch reads: %s', (outcome, Dimensions) => {
    const reason = Dimensions.includes(OF_REASON) ? 'WHY' : undefined
    const { directives } = written({ outcome, reason, count: MAX_VALUES })
    expect(directives).toMatchObject([{ Dimensions: OF_BUCKET }, { Dimensions }])
  })
})
