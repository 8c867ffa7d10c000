import { describe, expect, it } from 'vitest'
import { embeddedMetrics, MAX_VALUES } from '../../../src/lambda/metrics.ts'
import { problemsOf } from './embedded-metric-format.ts'

const PLACE = { bucket: 'uploads', prefix: '', level: 'all' } as const
const NOW = new Date('2026-11-26T10:00:00Z')

const RIGHT = {
  _aws: {
    Timestamp: 1,
    CloudWatchMetrics: [
      { Namespace: 'N', Dimensions: [['D'], []], Metrics: [{ Name: 'M', Unit: 'Count' }] },
    ],
  },
  D: 'value',
  M: [1, 2],
}

const directive = (more: object) => ({
  ...RIGHT,
  _aws: { ...RIGHT._aws, CloudWatchMetrics: [{ ...RIGHT._aws.CloudWatchMetrics[0], ...more }] },
})

describe('problemsOf, which checks the lines below', () => {
  it('finds nothing wrong with a line that follows the specification', () => {
    expect(problemsOf(JSON.stringify(RIGHT))).toEqual([])
  })

  it.each([
    ['no metadata', { ...RIGHT, _aws: undefined }],
    ['a time of seconds and parts', { ...RIGHT, _aws: { ...RIGHT._aws, Timestamp: 1.5 } }],
    ['unknown metadata', { ...RIGHT, _aws: { ...RIGHT._aws, Bucket: 'b' } }],
    ['no set of dimensions', directive({ Dimensions: [] })],
    ['a missing dimension', directive({ Dimensions: [['Rule']] })],
    ['a dimension that is a number', { ...RIGHT, D: 7 }],
    ['a dimension beyond ASCII', { ...RIGHT, D: 'für' }],
    ['an empty dimension', { ...RIGHT, D: '' }],
    ['a unit that CloudWatch lacks', directive({ Metrics: [{ Name: 'M', Unit: 'Files' }] })],
    ['a missing metric', directive({ Metrics: [{ Name: 'X' }] })],
    ['a metric that is a text', { ...RIGHT, M: '1' }],
    ['more than a hundred values', { ...RIGHT, M: Array(101).fill(1) }],
    ['an empty namespace', directive({ Namespace: '' })],
  ])('notices %s', (_what, wrong) => {
    expect(problemsOf(JSON.stringify(wrong))).toHaveLength(1)
  })
})

describe('embeddedMetrics', () => {
  const outcomes = [
    ['granted', 1],
    ['completed', 1],
    ['refused', 2],
    ['verified', 1],
    ['failed', 2],
    ['rejected', 2],
    ['not-scanned', 2],
  ] as const

  it.each(outcomes)('is valid for CloudWatch if an upload was %s', (outcome, sets) => {
    const reason = sets > 1 ? 'WHY' : undefined
    const events = { outcome, rule: 'video', reason, count: 2, bytes: [5, 6], completionTimes: [1] }
    const line = embeddedMetrics(PLACE, events, NOW)
    expect(problemsOf(JSON.stringify(line))).toEqual([])
    expect(line).toMatchObject({ Bucket: 'uploads', Rule: 'video', Outcome: outcome, Uploads: 2 })
    expect(line._aws).toMatchObject({
      CloudWatchMetrics: [{ Dimensions: [['Bucket', 'Prefix']] }, { Dimensions: { length: sets } }],
    })
  })

  it.each([...outcomes, ['gone', 0] as const])(
    'is valid for CloudWatch if only alarms need it: %s',
    (outcome) => {
      const counted = { outcome, rule: 'video', reason: 'W', count: MAX_VALUES }
      const events = { ...counted, bytes: [], completionTimes: [] }
      const line = embeddedMetrics({ ...PLACE, level: 'alarms' }, events, NOW)
      expect(problemsOf(JSON.stringify(line))).toEqual([])
      expect(line._aws).toMatchObject({
        CloudWatchMetrics: [{ Dimensions: [['Bucket', 'Prefix']] }],
      })
    },
  )
})
