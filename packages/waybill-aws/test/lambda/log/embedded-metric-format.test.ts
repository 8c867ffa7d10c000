import { describe, expect, it } from 'vitest'
import { problemsOf } from './embedded-metric-format.ts'

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

describe('problemsOf', () => {
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
