import { describe, expect, it } from 'vitest'
import { type CountedEvents, embeddedMetrics } from '../../../src/lambda/log/embedded-metrics.ts'

const NOW = new Date('2026-11-26T10:00:00Z')
const EVENTS: CountedEvents = {
  ...{ outcome: 'granted', rule: 'video', reason: undefined, count: 2 },
  ...{ bytes: [], completionTimes: [] },
}
const OUTCOME = ['Bucket', 'Outcome']
const OF_RULE = ['Bucket', 'Rule', 'Outcome']
const OF_REASON = ['Bucket', 'Outcome', 'Reason']
const UPLOADS = { Name: 'Uploads', Unit: 'Count' }

/** @returns The members of the line, and those that it says are metrics. */
function written(events: Partial<CountedEvents>, level: 'all' | 'alarms' = 'all') {
  const line = embeddedMetrics({ bucket: 'b', level }, { ...EVENTS, ...events }, NOW)
  if (!line) return undefined
  const { _aws, ...members } = line
  const { CloudWatchMetrics, Timestamp } = _aws as {
    readonly Timestamp: number
    readonly CloudWatchMetrics: readonly Readonly<Record<string, unknown>>[]
  }
  expect(Timestamp).toBe(NOW.getTime())
  expect(CloudWatchMetrics).toHaveLength(1)
  const { Namespace, Dimensions, Metrics } = CloudWatchMetrics[0] ?? {}
  expect(Namespace).toBe('Waybill')
  return { members, Dimensions, Metrics }
}

describe('embeddedMetrics', () => {
  it('names no metric, no dimension and no member that the events do not have', () => {
    expect(written({})).toStrictEqual({
      members: { Bucket: 'b', Rule: 'video', Outcome: 'granted', Uploads: 2 },
      Dimensions: [OF_RULE],
      Metrics: [UPLOADS],
    })
  })

  it('names bytes, times and the reason where they are', () => {
    const events = { reason: 'size-differs', bytes: [5], completionTimes: [7] }
    expect(written({ ...events, outcome: 'rejected' })).toStrictEqual({
      members: {
        ...{ Bucket: 'b', Rule: 'video', Outcome: 'rejected', Reason: 'size-differs' },
        ...{ Uploads: 2, Bytes: [5], CompletionTime: [7] },
      },
      Dimensions: [OF_RULE, OUTCOME, OF_REASON],
      Metrics: [
        UPLOADS,
        { Name: 'Bytes', Unit: 'Bytes' },
        { Name: 'CompletionTime', Unit: 'Seconds' },
      ],
    })
  })

  it.each(['failed', 'rejected', 'not-scanned'] as const)(
    'has for alarms alone one metric of those that are %s',
    (outcome) => {
      const told = written({ outcome, reason: 'OTHER' }, 'alarms')
      expect(told?.Dimensions).toEqual([OUTCOME])
    },
  )

  it.each(['granted', 'completed', 'refused', 'verified'] as const)(
    'has for alarms nothing of those that are %s',
    (outcome) => {
      expect(written({ outcome, reason: 'OTHER' }, 'alarms')).toBeUndefined()
    },
  )
})
