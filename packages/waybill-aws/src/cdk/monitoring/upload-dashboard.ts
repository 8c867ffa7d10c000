import { Duration } from 'aws-cdk-lib'
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import type { ArrivalFunction } from '../arrival-function/arrival-function.ts'
import type { SignerFunction } from '../signer-function/signer-function.ts'
import {
  failedInvocations,
  type MetricPlace,
  PERIOD,
  searchMetrics,
  searchTotal,
  watchedMetric,
} from './upload-metrics.ts'

export interface Shown {
  readonly place: MetricPlace
  readonly signer: SignerFunction
  readonly arrival: ArrivalFunction
  readonly metrics: 'all' | 'alarms'
  readonly alarms: readonly Alarm[]
}

const WIDTH = 24
const OUTCOMES = ['granted', 'completed', 'verified', 'refused', 'failed', 'rejected']

export function uploadDashboard(scope: Construct, shown: Shown): Dashboard {
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
