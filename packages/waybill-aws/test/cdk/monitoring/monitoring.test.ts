/**
 * Alarms and dashboard: whether they look where something is written. The names of our own metrics are held against the
 * lines of the functions, those of AWS against its documentation.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 * @module
 */

import { Annotations as AppAnnotations, type Stack } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { describe, expect, it } from 'vitest'
import { WaybillUploads } from 'waybill-aws/cdk'
import { embeddedMetrics, type Outcome } from '../../../src/lambda/metrics.ts'
import { nagFindings } from '../nag-findings.ts'
import { idOf, only, type Synthesised, synthesise, USUAL, variablesOf } from '../synthesised.ts'

const ALARM = 'AWS::CloudWatch::Alarm'
const plain = await synthesise()
const bucket: string = only(plain, 'AWS::S3::BucketPolicy').Properties.Bucket

const alarmOf = (id: RegExp, stack = plain) => only(stack, ALARM, id).Properties

function alarmsOf({ resources }: Synthesised) {
  const alarms = Object.entries(resources).filter(([, { Type }]) => Type === ALARM)
  return alarms.map(([id, { Properties }]) => ({
    id: id.replace(/^UploadsMonitoring|[0-9A-F]{8}$/g, ''),
    ...Properties,
  }))
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
interface Widget {
  readonly title?: string
  readonly metrics?: readonly unknown[][]
  readonly alarms?: readonly unknown[]
}

/** All expressions and metrics of a dashboard, and its widgets' titles. */
function dashboardOf(stack: Synthesised) {
  const { DashboardBody } = only(stack, 'AWS::CloudWatch::Dashboard').Properties
  const { widgets }: { widgets: { readonly properties: Widget }[] } = JSON.parse(DashboardBody)
  const properties = widgets.map((widget) => widget.properties)
  const rows = properties.flatMap(({ metrics = [] }) => metrics)
  const expressions = rows.flatMap(([first]) =>
    typeof first === 'object' && first !== null && 'expression' in first
      ? [String(first.expression)]
      : [],
  )
  const metrics = rows.filter(([first]) => typeof first === 'string')
  return { titles: properties.map(({ title }) => title), properties, expressions, metrics }
}

function lineOf(outcome: Outcome, count = 1) {
  const reason = ['refused', 'failed', 'rejected'].includes(outcome) ? 'WHY' : undefined
  const events = { outcome, rule: 'video', reason, count, bytes: [1], completionTimes: [1] }
  return embeddedMetrics({ bucket, prefix: 'uploads/', level: 'all' }, events, new Date())
}

/** The sets of dimensions and the names of metrics in a line of the functions' logs. */
function written(outcome: Outcome) {
  const directives: { Dimensions: string[][]; Metrics: { Name: string }[] }[] = Object(
    lineOf(outcome)._aws,
  ).CloudWatchMetrics
  return directives.map(({ Dimensions, Metrics }) => ({
    sets: Dimensions.map((set) => set.join()),
    names: Metrics.map(({ Name }) => Name),
  }))
}

/** How many uploads had which outcome within one period. */
type Period = Partial<Record<Outcome, number>>

/** A statistic of a metric of the bucket, as CloudWatch makes it of the lines of one period. */
function statisticOf(name: string, statistic: string, period: Period): number | undefined {
  const values = Object.entries(period).flatMap(([outcome, count]) =>
    Array.from({ length: count }, () => lineOf(outcome as Outcome)).flatMap((line) => {
      const [ofBucket] = Object(line._aws).CloudWatchMetrics
      expect(ofBucket.Dimensions).toEqual([['Bucket', 'Prefix']])
      const isThere = ofBucket.Metrics.some(({ Name }: { Name: string }) => Name === name)
      return isThere ? (line[name] as number[]) : []
    }),
  )
  if (values.length === 0) return undefined
  const sum = values.reduce((total, value) => total + value, 0)
  return { Sum: sum, SampleCount: values.length, Average: sum / values.length }[statistic]
}

/** Whether a period is bad for an alarm on our own metrics. */
function isBad(id: RegExp, period: Period): boolean {
  const { Threshold, Metrics, MetricName, Statistic } = alarmOf(id)
  const value = Metrics ? mathOf(Metrics, period) : statisticOf(MetricName, Statistic, period)
  // Without data it is silent.
  return value !== undefined && value >= Threshold
}

/** A query of an alarm in CloudFormation. */
interface MetricQuery {
  readonly Id: string
  readonly Expression?: string
  readonly MetricStat?: { readonly Metric: { readonly MetricName: string }; readonly Stat: string }
}

function mathOf(metrics: readonly MetricQuery[], period: Period): number | undefined {
  const [part, whole] = ['part', 'whole'].map((id) => {
    const stat = metrics.find(({ Id }) => Id === id)?.MetricStat
    return stat && statisticOf(stat.Metric.MetricName, stat.Stat, period)
  })
  const { Expression = '' } = metrics.find((each) => each.Expression) ?? {}
  const [, least] = /^IF\(part >= (\d+), 100 \* part \/ whole, 0\)$/.exec(Expression) ?? []
  if (part === undefined || whole === undefined) return undefined
  return part >= Number(least) ? (100 * part) / whole : 0
}

/** Where Lambda's own metrics of a function are. */
function ofFunction(id: RegExp) {
  const Value = idOf(plain, 'AWS::Lambda::Function', id)
  return { Namespace: 'AWS/Lambda', Dimensions: [{ Name: 'FunctionName', Value }] }
}

describe('alarms', () => {
  it('cover everything between a call and its verdict', () => {
    const ids = alarmsOf(plain).map(({ id }) => id)
    expect(ids.toSorted()).toEqual([
      'ArrivalDelay',
      'ArrivalErrors',
      'ArrivalThrottles',
      'DroppedEvents',
      'FailedInvocations',
      'FailedUploads',
      'NoVerdicts',
      'RejectedUploads',
      'SignerErrors',
      'SignerThrottles',
      'UndeliveredEvents',
      'Unjudged',
    ])
  })

  it('stay silent without uploads, and evaluate five minutes at a time, or an hour', () => {
    for (const { id, TreatMissingData, Period, Metrics } of alarmsOf(plain)) {
      expect(TreatMissingData).toBe('notBreaching')
      const periods = Metrics
        ? Metrics.flatMap(
            (each: { MetricStat?: { Period: number } }) => each.MetricStat?.Period ?? [],
          )
        : [Period]
      for (const each of periods) expect(each).toBe(id === 'NoVerdicts' ? 3600 : 300)
    }
  })

  it('explain in their description what happened, and what to do about waiting objects', () => {
    for (const { id, AlarmDescription, Threshold } of alarmsOf(plain)) {
      if (id === 'NoVerdicts') continue
      expect(AlarmDescription).toMatch(
        new RegExp(`^Waybill: ${Threshold} or more .+ five minutes$`),
      )
    }
    expect(alarmOf(/NoVerdicts/).AlarmDescription).toMatch(
      /^Waybill: at most a third of the uploads .+ run waybill rescan$/,
    )
    expect(alarmOf(/Unjudged/).AlarmDescription).toContain('waybill redrive')
    expect(alarmOf(/FailedInvocations/).AlarmDescription).toContain('waybill rescan')
  })

  it.each<[RegExp, Period, boolean]>([
    [/RejectedUploads/, { verified: 50, rejected: 9 }, false],
    [/RejectedUploads/, { rejected: 10 }, true],
    [/RejectedUploads/, { verified: 190, rejected: 10 }, true],
    [/RejectedUploads/, { verified: 991, rejected: 10 }, false],
    [/FailedUploads/, { failed: 1 }, true],
    [/FailedUploads/, { granted: 60, completed: 30, refused: 9, failed: 1 }, true],
    [/FailedUploads/, { granted: 120, completed: 79, failed: 1 }, false],
  ])('%s: whether %o triggers it is %s', (id, period, bad) => {
    expect(isBad(id, period)).toBe(bad)
  })

  it.each<[string, Period, boolean]>([
    ['no verdict at all', { completed: 40 }, true],
    ['the only upload without one', { completed: 1 }, true],
    [
      'refused and failed calls beside it',
      { granted: 9, refused: 9, failed: 2, completed: 1 },
      true,
    ],
    ['verdicts for a quarter', { completed: 40, verified: 10 }, true],
    ['a verdict for each', { completed: 40, verified: 38, rejected: 2 }, false],
    ['the last still on its way', { completed: 3, verified: 2 }, false],
    ['a completion that was told twice', { completed: 2, verified: 1 }, false],
    ['a verdict that comes in the next hour', { verified: 1 }, false],
    ['what was removed before its verdict', { completed: 1, gone: 1 }, false],
    ['what was not scanned, which has its own alarm', { completed: 1, 'not-scanned': 1 }, false],
    ['forms that nobody completes', { granted: 9, verified: 9 }, false],
  ])('detect an hour without verdicts: %s', (_what, period, bad) => {
    expect(isBad(/NoVerdicts/, period)).toBe(bad)
  })

  it('report such an hour long before anything expires', async () => {
    const lasting = (stack: Synthesised) => {
      const { EvaluationPeriods, DatapointsToAlarm } = alarmOf(/NoVerdicts/, stack)
      return { EvaluationPeriods, DatapointsToAlarm }
    }
    // More than a day: CloudWatch then evaluates at full hours only. At most a week is allowed.
    expect(lasting(plain)).toEqual({ EvaluationPeriods: 48, DatapointsToAlarm: 1 })
    const scanned = await synthesise({ malwareScan: true })
    expect(lasting(scanned)).toEqual({ EvaluationPeriods: 48, DatapointsToAlarm: 2 })
  })

  it('use custom thresholds', async () => {
    const alarmThresholds = {
      rejected: 3,
      rejectedPercent: 50,
      failedPercent: 7,
      signerThrottles: 9,
      arrivalErrors: 8,
      notScanned: 6,
    }
    const stack = await synthesise({ alarmThresholds, malwareScan: true })
    const { Threshold, Metrics } = alarmOf(/Rejected/, stack)
    expect([Threshold, JSON.stringify(Metrics)]).toEqual([
      50,
      expect.stringContaining('part >= 3,'),
    ])
    for (const id of [/FailedUploads/, /SignerErrors/]) {
      expect(alarmOf(id, stack).Threshold).toBe(7)
    }
    expect(alarmOf(/SignerThrottles/, stack).Threshold).toBe(9)
    expect(alarmOf(/ArrivalErrors/, stack).Threshold).toBe(8)
    expect(alarmOf(/NotScanned/, stack).Threshold).toBe(6)
  })

  it('watch calls that the signer could not answer at all', () => {
    const lambda = ofFunction(/SignerFunction/)
    expect(alarmOf(/SignerThrottles/)).toMatchObject({
      ...lambda,
      MetricName: 'Throttles',
      Threshold: 1,
    })
    const watched = alarmOf(/SignerErrors/).Metrics.map(
      ({ MetricStat }: { MetricStat?: { Metric: object } }) => MetricStat?.Metric,
    )
    expect(watched).toEqual(
      expect.arrayContaining([
        { ...lambda, MetricName: 'Errors' },
        { ...lambda, MetricName: 'Invocations' },
      ]),
    )
  })

  it('watch arrival itself: repeated errors and throttling, and waiting events', () => {
    const lambda = ofFunction(/ArrivalFunction/)
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
    for (const [id, MetricName] of [
      [/DroppedEvents/, 'AsyncEventsDropped'],
      [/UndeliveredEvents/, 'DestinationDeliveryFailures'],
    ] as const) {
      expect(alarmOf(id)).toMatchObject({ ...lambda, MetricName, Statistic: 'Sum', Threshold: 1 })
    }
    expect(alarmOf(/ArrivalDelay/)).toMatchObject({
      ...lambda,
      MetricName: 'AsyncEventAge',
      Statistic: 'Maximum',
      // Milliseconds.
      Threshold: 15 * 60 * 1000,
    })
  })

  it('watch events that EventBridge could not deliver for the rule that calls arrival', () => {
    expect(alarmOf(/FailedInvocations/)).toMatchObject({
      Namespace: 'AWS/Events',
      MetricName: 'FailedInvocations',
      Statistic: 'Sum',
      Dimensions: [{ Name: 'RuleName', Value: idOf(plain, 'AWS::Events::Rule') }],
    })
  })

  it('of two constructs that share a bucket each watch their own uploads', async () => {
    const both = await synthesise({}, (scope, { bucket: shared }) => {
      const props = { ...USUAL, bucket: shared }
      new WaybillUploads(scope, 'Others', { ...props, prefix: 'others/' })
    })
    const places = [/UploadsMonitoringNoVerdicts/, /OthersMonitoringNoVerdicts/].map(
      (id) => alarmOf(id, both).Dimensions,
    )
    expect(places).toEqual(
      ['/uploads/', '/others/'].map((Value) => [
        { Name: 'Bucket', Value: bucket },
        { Name: 'Prefix', Value },
      ]),
    )
  })

  it('without an action cause a warning, unless it is acknowledged', async () => {
    const warnings = (stack: Stack) =>
      Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('silent-alarms'))
    expect(warnings(plain.stack)).toHaveLength(1)
    const told = await synthesise({}, (scope, { monitoring }) => {
      const topic = new SnsAction(new Topic(scope, 'Pager'))
      for (const alarm of monitoring.alarms) alarm.addAlarmAction(topic)
    })
    const acknowledged = await synthesise({}, (scope) => {
      AppAnnotations.of(scope).acknowledgeWarning('waybill:silent-alarms', 'only a trial')
    })
    expect([told, acknowledged].flatMap(({ stack }) => warnings(stack))).toEqual([])
  })

  it('notify a topic, and run any other given action', async () => {
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
  it('shows first whether uploads work, then where they fail', () => {
    const { titles, properties } = dashboardOf(plain)
    expect(titles.slice(0, 3)).toEqual(['Do uploads work?', 'Uploads', 'Why not'])
    expect(properties[0]?.alarms).toHaveLength(12)
  })

  it('searches for metrics that the functions really write', () => {
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
        /^(?:SUM\()?SEARCH\('\{Waybill,([\w,]+)\} MetricName="(\w+)" Bucket="([^"]+)" Prefix="\/uploads\/"(?: Outcome="([\w-]+)")?', '(?:Sum|p\d\d)', 300\)\)?$/.exec(
          expression,
        )
      const [, by = '', name = '', inBucket, outcome] = match ?? []
      expect(inBucket, expression).toBe(bucket)
      const lines = outcomes
        .filter((each) => outcome === undefined || each === outcome)
        .flatMap((each) => written(each))
      expect(
        lines.some(({ sets, names }) => sets.includes(by) && names.includes(name)),
        expression,
      ).toBe(true)
    }
    const shown = expressions.flatMap((each) => /^SUM.* Outcome="([\w-]+)"/.exec(each)?.[1] ?? [])
    expect(shown).toEqual(['granted', 'completed', 'verified', 'refused', 'failed', 'rejected'])
  })

  it('shows only what alarms watch if no other metrics exist', async () => {
    const stack = await synthesise({ metrics: 'alarms' })
    const { expressions, metrics, titles } = dashboardOf(stack)
    expect(expressions).toEqual([])
    expect(titles).not.toContain('Why not')
    const ours = metrics.filter(([namespace]) => namespace === 'Waybill')
    expect(ours.map(([, name]) => name)).toEqual([
      'Failed',
      'Rejected',
      'NotScanned',
      'AwaitingVerdict',
    ])
    for (const id of [/Signer/, /Arrival/]) {
      const Variables = variablesOf(stack, id)
      expect(Variables.WAYBILL_METRICS).toBe('alarms')
    }
  })

  it('can be left out', async () => {
    const stack = await synthesise({ dashboard: false })
    expect(() => only(stack, 'AWS::CloudWatch::Dashboard')).toThrow(/0 resources/)
  })
})

it('cdk-nag finds nothing in the alarms and the dashboard', async () => {
  const { stack } = await synthesise((scope) => ({
    alarmTopic: new Topic(scope, 'Pager', { enforceSSL: true }),
  }))
  expect(nagFindings(stack).filter((each) => each.includes('Monitoring'))).toEqual([])
})
