/**
 * Alarms and dashboard: whether they look where something is written. The names of our own metrics are held against the
 * lines of the functions, those of AWS against its documentation.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 * @module
 */

import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { beforeAll, describe, expect, it } from 'vitest'
import { embeddedMetrics } from '../../../src/lambda/log/embedded-metrics.ts'
import type { Outcome } from '../../../src/lambda/log/outcome.ts'
import { nagFindings } from '../nag-findings.ts'
import { only, type Synthesised, synthesise } from '../synthesised.ts'

const ALARM = 'AWS::CloudWatch::Alarm'
let plain: Synthesised
let bucket: string

beforeAll(async () => {
  plain = await synthesise()
  bucket = only(plain, 'AWS::S3::BucketPolicy').Properties.Bucket
})

const alarmOf = (id: RegExp, stack = plain) => only(stack, ALARM, id).Properties

function alarmsOf({ resources }: Synthesised) {
  const alarms = Object.entries(resources).filter(([, { Type }]) => Type === ALARM)
  return alarms.map(([id, { Properties }]) => ({
    id: id.replace(/^UploadsMonitoring|[0-9A-F]{8}$/g, ''),
    ...Properties,
  }))
}

/** All expressions and metrics of a dashboard, and its widgets' titles. */
function dashboardOf(stack: Synthesised) {
  const { widgets } = JSON.parse(only(stack, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody)
  // biome-ignore lint/suspicious/noExplicitAny: CloudWatch's own form
  const properties: any[] = widgets.map((widget: any) => widget.properties)
  const rows: unknown[][] = properties.flatMap(({ metrics = [] }) => metrics)
  const expressions = rows.flatMap(([first]) =>
    typeof first === 'object' && first !== null && 'expression' in first
      ? [String(first.expression)]
      : [],
  )
  const metrics = rows.filter(([first]) => typeof first === 'string')
  return { titles: properties.map(({ title }) => title), properties, expressions, metrics }
}

/** The sets of dimensions and the names of metrics in a line of the functions' logs. */
function written(outcome: Outcome, level: 'all' | 'alarms' = 'all') {
  const reason = ['refused', 'failed', 'rejected'].includes(outcome) ? 'WHY' : undefined
  const events = { outcome, rule: 'video', reason, count: 1, bytes: [1], completionTimes: [1] }
  const line = embeddedMetrics({ bucket, level }, events, new Date())
  const [directive] = Object(line?._aws).CloudWatchMetrics ?? []
  return {
    sets: directive.Dimensions.map((set: string[]) => set.join()),
    names: directive.Metrics.map(({ Name }: { Name: string }) => Name),
  }
}

describe('alarms', () => {
  it('watch the way from the call to the verdict', () => {
    expect(
      alarmsOf(plain)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([
      'ArrivalDelay',
      'ArrivalErrors',
      'ArrivalThrottles',
      'FailedInvocations',
      'FailedUploads',
      'RejectedUploads',
      'SignerErrors',
      'SignerThrottles',
      'Unjudged',
    ])
  })

  it('are silent where nobody uploads, and look at five minutes at a time', () => {
    for (const { TreatMissingData, Period, Metrics } of alarmsOf(plain)) {
      expect(TreatMissingData).toBe('notBreaching')
      expect(Period).toBe(300)
      // A sum of metrics has no data where one of them has none.
      expect(Metrics).toBeUndefined()
    }
  })

  it('say in their description what it means, and what to do about what waits', () => {
    for (const { AlarmDescription, Threshold } of alarmsOf(plain)) {
      expect(AlarmDescription).toMatch(
        new RegExp(`^Waybill: ${Threshold} or more .+ five minutes$`),
      )
    }
    expect(alarmOf(/Unjudged/).AlarmDescription).toContain('waybill redrive')
    expect(alarmOf(/FailedInvocations/).AlarmDescription).toContain('waybill rescan')
  })

  it('look for rejected uploads and failed calls where the functions write them', () => {
    const rejected = alarmOf(/Rejected/)
    expect(rejected).toMatchObject({ Namespace: 'Waybill', MetricName: 'Uploads', Threshold: 10 })
    const failed = alarmOf(/FailedUploads/)
    expect(failed).toMatchObject({ Namespace: 'Waybill', MetricName: 'Uploads', Threshold: 1 })
    for (const [outcome, watched] of [
      ['rejected', rejected.Dimensions],
      ['failed', failed.Dimensions],
    ] as const) {
      expect(watched).toEqual([
        { Name: 'Bucket', Value: bucket },
        { Name: 'Outcome', Value: outcome },
      ])
      expect(written(outcome, 'alarms').sets).toEqual(['Bucket,Outcome'])
    }
  })

  it('watch what the signer could not answer at all', () => {
    const functions = Object.entries(plain.resources).filter(([id]) => /SignerFunction/.test(id))
    const [signer] = functions.find(([, { Type }]) => Type === 'AWS::Lambda::Function') ?? []
    for (const [id, metric] of [
      [/SignerErrors/, 'Errors'],
      [/SignerThrottles/, 'Throttles'],
    ] as const) {
      expect(alarmOf(id)).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: metric,
        Threshold: 1,
        Dimensions: [{ Name: 'FunctionName', Value: signer }],
      })
    }
  })

  it('watch arrival itself: errors and throttles that last, and events that wait', () => {
    const functions = Object.keys(plain.resources).filter((id) => /ArrivalFunction/.test(id))
    const arrival = functions.find((id) => plain.resources[id]?.Type === 'AWS::Lambda::Function')
    const Dimensions = [{ Name: 'FunctionName', Value: arrival }]
    const lambda = { Namespace: 'AWS/Lambda', Dimensions }
    expect(alarmOf(/ArrivalErrors/)).toMatchObject({
      ...lambda,
      MetricName: 'Errors',
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    })
    expect(alarmOf(/ArrivalThrottles/)).toMatchObject({
      ...lambda,
      MetricName: 'Throttles',
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
    })
    expect(alarmOf(/ArrivalDelay/)).toMatchObject({
      ...lambda,
      MetricName: 'AsyncEventAge',
      Statistic: 'Maximum',
      // Milliseconds.
      Threshold: 15 * 60 * 1000,
    })
  })

  it('watch what EventBridge could not hand over, by the rule that calls arrival', () => {
    const [rule] = Object.entries(plain.resources).filter(
      ([, { Type }]) => Type === 'AWS::Events::Rule',
    )
    expect(alarmOf(/FailedInvocations/)).toMatchObject({
      Namespace: 'AWS/Events',
      MetricName: 'FailedInvocations',
      Statistic: 'Sum',
      Dimensions: [{ Name: 'RuleName', Value: rule?.[0] }],
    })
  })

  it('tell a topic, and do whatever else is wanted', async () => {
    const stack = await synthesise((scope) => ({ alarmTopic: new Topic(scope, 'Pager') }))
    const [topic] = Object.keys(stack.resources).filter(
      (id) => stack.resources[id]?.Type === 'AWS::SNS::Topic',
    )
    for (const alarm of alarmsOf(stack)) expect(alarm.AlarmActions).toEqual([topic])
    const both = await synthesise((scope) => ({
      alarmTopic: new Topic(scope, 'Pager'),
      alarmAction: new SnsAction(new Topic(scope, 'Wall')),
    }))
    for (const alarm of alarmsOf(both)) expect(alarm.AlarmActions).toHaveLength(2)
  })
})

describe('the dashboard', () => {
  it('says first whether uploads work, then where not', () => {
    const { titles, properties } = dashboardOf(plain)
    expect(titles.slice(0, 3)).toEqual(['Do uploads work?', 'Uploads', 'Why not'])
    expect(properties[0].alarms).toHaveLength(9)
  })

  it('searches for metrics that the functions write', () => {
    const { expressions } = dashboardOf(plain)
    expect(expressions.length).toBeGreaterThan(8)
    const outcomes: Outcome[] = [
      'granted',
      'completed',
      'verified',
      'refused',
      'failed',
      'rejected',
    ]
    for (const expression of expressions) {
      const match =
        /^(?:SUM\()?SEARCH\('\{Waybill,([\w,]+)\} MetricName="(\w+)" Bucket="([^"]+)"(?: Outcome="([\w-]+)")?', '(?:Sum|p\d\d)', 300\)\)?$/.exec(
          expression,
        )
      const [, by, name, inBucket, outcome] = match ?? []
      expect(inBucket, expression).toBe(bucket)
      const lines = outcomes
        .filter((each) => outcome === undefined || each === outcome)
        .map((each) => written(each))
      expect(
        lines.some(({ sets, names }) => sets.includes(by) && names.includes(name)),
        expression,
      ).toBe(true)
    }
    const shown = expressions.flatMap((each) => /^SUM.* Outcome="([\w-]+)"/.exec(each)?.[1] ?? [])
    expect(shown).toEqual(['granted', 'completed', 'verified', 'refused', 'failed', 'rejected'])
  })

  it('shows what alarms watch alone, where there is no more', async () => {
    const stack = await synthesise({ metrics: 'alarms' })
    const { expressions, metrics, titles } = dashboardOf(stack)
    expect(expressions).toEqual([])
    expect(titles).not.toContain('Why not')
    const ours = metrics.filter(([namespace]) => namespace === 'Waybill')
    expect(ours.map((row) => row[5])).toEqual(['failed', 'rejected', 'not-scanned'])
    for (const id of [/Signer/, /Arrival/]) {
      const { Variables } = only(stack, 'AWS::Lambda::Function', id).Properties.Environment
      expect(Variables.WAYBILL_METRICS).toBe('alarms')
    }
  })

  it('can be left out', async () => {
    const stack = await synthesise({ dashboard: false })
    expect(() => only(stack, 'AWS::CloudWatch::Dashboard')).toThrow(/0 resources/)
  })
})

it('cdk-nag finds nothing in alarms and dashboard', async () => {
  const { stack } = await synthesise((scope) => ({
    alarmTopic: new Topic(scope, 'Pager', { enforceSSL: true }),
  }))
  expect(nagFindings(stack).filter((each) => each.includes('Monitoring'))).toEqual([])
})
