import { Annotations, Aspects, Duration, Stack } from 'aws-cdk-lib'
import {
  Alarm,
  AlarmStatusWidget,
  type CfnAlarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IAlarmAction,
  type IMetric,
  type IWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { ArrivalFunction } from '../arrival-function/arrival-function.ts'
import type { SignerFunction } from '../signer-function/signer-function.ts'
import {
  type AlarmThresholds,
  failedInvocations,
  type MetricPlace,
  PERIOD,
  searchMetrics,
  searchTotal,
  type Watched,
  watched,
  watchedMetric,
} from './alarms.ts'

/** Props of `Monitoring`. */
export interface MonitoringProps {
  /** The bucket whose uploads are counted. */
  readonly bucket: IBucket
  /** The signer whose errors and throttles are monitored. */
  readonly signer: SignerFunction
  /**
   * The arrival function whose errors, throttles, waiting events and dead-letter queue are
   * monitored.
   */
  readonly arrival: ArrivalFunction
  /**
   * SNS topic to notify when an alarm goes off. If the topic is encrypted, its key's policy must
   * allow `cloudwatch.amazonaws.com` to use the key.
   * @default - none: alarms are visible only in CloudWatch
   */
  readonly alarmTopic?: ITopic
  /**
   * Additional action to take when an alarm goes off, such as `new
   * SsmAction(OpsItemSeverity.HIGH)`.
   * @default - none
   */
  readonly alarmAction?: IAlarmAction
  /**
   * Thresholds at which alarms go off.
   * @default - 5% of uploads rejected, 1% of calls failed
   */
  readonly alarmThresholds?: AlarmThresholds
  /**
   * Which metrics the signer and the arrival function write to their logs. The dashboard shows only
   * these.
   * @default 'all'
   */
  readonly metrics?: 'all' | 'alarms'
  /**
   * Whether to create a CloudWatch dashboard.
   * @default true
   */
  readonly dashboard?: boolean
}

/**
 * A dashboard, and alarms for rejected uploads, failed calls, and objects that could not be judged
 * or waited too long.
 *
 * @example
 * ```ts
 * const { bucket, signer, arrival } = uploads
 * new Monitoring(stack, 'Alarms', { bucket, signer, arrival, alarmThresholds: { failedPercent: 5 } })
 * ```
 */
export class Monitoring extends Construct {
  readonly alarms: readonly Alarm[]

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id)
    const { bucket, signer, arrival, alarmTopic, alarmAction, alarmThresholds = {} } = props
    const place = { Bucket: bucket.bucketName, Prefix: `/${arrival.prefix}` }
    const all = watched(place, signer, arrival, alarmThresholds)
    this.alarms = all.map((each) => this.#alarm(each))
    const actions = [
      ...(alarmTopic ? [new SnsAction(alarmTopic)] : []),
      ...(alarmAction ? [alarmAction] : []),
    ]
    for (const alarm of this.alarms) alarm.addAlarmAction(...actions)
    warnOfSilence(this)
    if (props.dashboard ?? true) {
      const { metrics = 'all' } = props
      uploadDashboard(this, { place, signer, arrival, metrics, alarms: this.alarms })
    }
  }

  #alarm({ id, metric, threshold, what, lasting, isWhole }: Watched): Alarm {
    const { periods, bad } = lasting ?? { periods: 1, bad: 1 }
    const time = lasting ? `in ${bad} of ${periods} periods of five minutes` : 'within five minutes'
    return new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: bad,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // While nobody uploads, there is no data. That must not set off an alarm.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Waybill: ${isWhole ? what : `${threshold} or more ${what}, ${time}`}`,
    })
  }
}

/** Checked at synthesis, because the app can add actions to `alarms`. */
function warnOfSilence(monitoring: Monitoring): void {
  Aspects.of(monitoring).add({
    visit: (node) => {
      if (node !== monitoring || monitoring.alarms.some(hasAction)) return
      Annotations.of(monitoring).addWarningV2(
        'waybill:silent-alarms',
        'No alarm has an action, so nobody is notified if uploads fail or get no verdict: set alarmTopic or alarmAction ' +
          '(docs/operate/scale/monitoring.md), or acknowledge this warning.',
      )
    },
  })
}

function hasAction(alarm: Alarm): boolean {
  const { alarmActions } = alarm.node.defaultChild as CfnAlarm
  return Stack.of(alarm).resolve(alarmActions) !== undefined
}

export interface Shown {
  readonly place: MetricPlace
  readonly signer: SignerFunction
  readonly arrival: ArrivalFunction
  readonly metrics: 'all' | 'alarms'
  readonly alarms: readonly Alarm[]
}

const WIDTH = 24
const OUTCOMES = ['granted', 'completed', 'verified', 'refused', 'failed', 'rejected']

function uploadDashboard(scope: Construct, shown: Shown): Dashboard {
  const { place, signer, arrival, metrics, alarms } = shown
  const dashboard = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.hours(3) })
  dashboard.addWidgets(
    new AlarmStatusWidget({ title: 'Do uploads work?', alarms: [...alarms], width: WIDTH }),
  )
  if (metrics === 'all') {
    dashboard.addWidgets(...byOutcome(place))
    dashboard.addWidgets(...byRule(place))
  } else {
    dashboard.addWidgets(...alarmedOutcomes(place))
  }
  dashboard.addWidgets(...functions(signer, arrival))
  return dashboard
}

function byOutcome(place: MetricPlace): IWidget[] {
  const totals = OUTCOMES.map((outcome) =>
    searchTotal(
      place,
      { metric: 'Uploads', by: 'Rule,Outcome', outcome, statistic: 'Sum' },
      outcome,
    ),
  )
  const reasons = searchMetrics(place, {
    metric: 'Uploads',
    by: 'Outcome,Reason',
    statistic: 'Sum',
  })
  return [graph('Uploads', totals, 2), graph('Why not', [reasons], 2)]
}

function alarmedOutcomes(place: MetricPlace): IWidget[] {
  const outcomes = (['Failed', 'Rejected', 'NotScanned', 'AwaitingVerdict'] as const).map((each) =>
    watchedMetric(place, each),
  )
  return [graph('Uploads that did not work, or have no verdict yet', outcomes, 1)]
}

function byRule(place: MetricPlace): IWidget[] {
  const search = (metric: 'Uploads' | 'Bytes', statistic: string) =>
    searchMetrics(place, { metric, by: 'Rule,Outcome', outcome: 'verified', statistic })
  const times = ['p50', 'p95'].map((statistic) =>
    searchMetrics(place, { metric: 'CompletionTime', by: 'Rule,Outcome', statistic }),
  )
  return [
    graph('Verified, by rule', [search('Uploads', 'Sum')], 3),
    graph('Bytes verified, by rule', [search('Bytes', 'Sum')], 3),
    graph('Seconds from grant to completion (p50, p95)', times, 3),
  ]
}

function functions(signer: SignerFunction, arrival: ArrivalFunction): IWidget[] {
  const { deadLetterQueue, landed, function: judge } = arrival
  const waiting = judge.metric('AsyncEventAge', { period: PERIOD, statistic: 'Maximum' })
  const letters = deadLetterQueue.metricApproximateNumberOfMessagesVisible({
    period: PERIOD,
    statistic: 'Maximum',
  })
  return [
    graph('Signer', callsOf(signer.function), 4),
    graph('Arrival function', [...callsOf(judge), letters, failedInvocations(landed)], 4),
    graph('Duration (ms, p95)', [signer.function, judge].map(durationOf), 4),
    graph('Age of events that wait for a verdict (ms)', [waiting], 4),
  ]
}

function callsOf(each: IFunction): IMetric[] {
  const options = { period: PERIOD }
  return [
    each.metricInvocations(options),
    each.metricErrors(options),
    each.metricThrottles(options),
  ]
}

function durationOf(each: IFunction): IMetric {
  return each.metricDuration({ period: PERIOD, statistic: 'p95' })
}

/** @param share - Number of graphs per row. */
function graph(title: string, left: IMetric[], share: number): GraphWidget {
  return new GraphWidget({ title, left, width: WIDTH / share })
}
