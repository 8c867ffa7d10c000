import { Duration } from 'aws-cdk-lib'
import {
  type IMetric,
  MathExpression,
  Metric,
  type MetricOptions,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { IRule } from 'aws-cdk-lib/aws-events'

/** Long enough for a meaningful sum even if few people upload. */
export const PERIOD = Duration.minutes(5)

/** The dimensions of all metrics. The functions' logs contain the same. */
export interface MetricPlace {
  readonly Bucket: string
  readonly Prefix: string
}

/**
 * The metric covers all rules. Each upload adds 1 or 0 to it. In `AwaitingVerdict`, however, each
 * completed upload adds 1, and each verdict adds -1.
 */
export function watchedMetric(
  place: MetricPlace,
  name: 'Failed' | 'Rejected' | 'NotScanned' | 'AwaitingVerdict',
  { period = PERIOD, ...options }: MetricOptions = {},
): Metric {
  return new Metric({
    namespace: 'Waybill',
    metricName: name,
    dimensionsMap: { ...place },
    statistic: 'Sum',
    period,
    ...options,
  })
}

/**
 * Returns the percentage of `whole` that `part` makes up, or 0 if `part` is less than `atLeast`.
 *
 * Both metrics must be written together, because CloudWatch does not document how it evaluates a
 * metric that was never written.
 */
export function percentage(part: IMetric, whole: IMetric, atLeast: number): MathExpression {
  return new MathExpression({
    expression: `IF(part >= ${atLeast}, 100 * part / whole, 0)`,
    usingMetrics: { part, whole },
    period: PERIOD,
  })
}

/** A search also finds the metrics of rules that CDK does not know. */
export interface Search {
  readonly metric: 'Uploads' | 'Bytes' | 'CompletionTime'
  /** Dimensions in addition to the place. */
  readonly by: 'Rule,Outcome' | 'Outcome,Reason'
  /** @default - all */
  readonly outcome?: string
  readonly statistic: string
}

/** Each metric found is shown as a separate line. */
export function searchMetrics(place: MetricPlace, search: Search): MathExpression {
  return expression(searchText(place, search))
}

export function searchTotal(place: MetricPlace, search: Search, label: string): MathExpression {
  return expression(`SUM(${searchText(place, search)})`, label)
}

function expression(text: string, label?: string): MathExpression {
  return new MathExpression({
    expression: text,
    period: PERIOD,
    ...(label === undefined ? {} : { label }),
  })
}

/**
 * @see
 *   https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
function searchText(
  { Bucket, Prefix }: MetricPlace,
  { metric, by, outcome, statistic }: Search,
): string {
  const only = outcome === undefined ? '' : ` Outcome="${outcome}"`
  const terms = `{Waybill,Bucket,Prefix,${by}} MetricName="${metric}" Bucket="${Bucket}" Prefix="${Prefix}"${only}`
  return `SEARCH('${terms}', '${statistic}', ${PERIOD.toSeconds()})`
}

/** Counts events that a rule could neither deliver nor send to its dead-letter queue. */
export function failedInvocations({ ruleName }: IRule): Metric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    dimensionsMap: { RuleName: ruleName },
    statistic: 'Sum',
    period: PERIOD,
  })
}
