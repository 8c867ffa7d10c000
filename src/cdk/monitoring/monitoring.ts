/**
 * Alarms on failures of uploads, and one dashboard.
 *
 * @module
 */

import { Duration } from 'aws-cdk-lib'
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IAlarmAction,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { ArrivalFunction } from '../arrival-function/arrival-function.ts'
import type { SignerFunction } from '../signer-function/signer-function.ts'

/** Props of `Monitoring`. */
export interface MonitoringProps {
  /** The bucket whose verdicts are counted. */
  readonly bucket: IBucket
  /** The signer whose errors and throttles are watched. */
  readonly signer: SignerFunction
  /** The arrival whose dead-letter queue is watched. */
  readonly arrival: ArrivalFunction
  /**
   * Action of the alarms, for example `new SnsAction(topic)`.
   * @default - none: the alarms are only visible in CloudWatch
   */
  readonly alarmAction?: IAlarmAction
  /**
   * How many rejected uploads within five minutes raise the alarm.
   * @default 10
   */
  readonly rejectedThreshold?: number
  /**
   * Whether there is a dashboard.
   * @default true
   */
  readonly dashboard?: boolean
}

const PERIOD = Duration.minutes(5)

/**
 * Makes alarms for rejected uploads, failed calls and unjudged objects, and one dashboard.
 *
 * @example
 * ```ts
 * const { bucket, signer, arrival } = uploads
 * new Monitoring(stack, 'Alarms', { bucket, signer, arrival, rejectedThreshold: 5 })
 * ```
 */
export class Monitoring extends Construct {
  readonly alarms: readonly Alarm[]

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id)
    const { bucket, signer, arrival } = props
    const rejected = verdicts(bucket, 'Rejected')
    const errors = signerErrors(signer)
    const throttles = signer.function.metricThrottles({ period: PERIOD })
    const letters = arrival.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      period: PERIOD,
      statistic: 'Maximum',
    })
    this.alarms = [
      this.#alarm('RejectedUploads', rejected, props.rejectedThreshold ?? 10, 'uploads rejected'),
      this.#alarm('SignerErrors', errors, 1, 'calls that the signer could not answer'),
      this.#alarm('SignerThrottles', throttles, 1, 'calls beyond what may run at once'),
      this.#alarm('Unjudged', letters, 1, 'objects that arrival could not judge'),
      ...(arrival.requiresScan
        ? [this.#alarm('NotScanned', verdicts(bucket, 'NotScanned'), 1, 'uploads not scanned')]
        : []),
    ]
    const { alarmAction } = props
    if (alarmAction) for (const alarm of this.alarms) alarm.addAlarmAction(alarmAction)
    if (props.dashboard ?? true) this.#dashboard(props, [rejected, errors, throttles, letters])
  }

  #alarm(id: string, metric: IMetric, threshold: number, what: string): Alarm {
    return new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // An idle signer has no data, which is not a problem.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Waybill: ${threshold} or more ${what} within five minutes`,
    })
  }

  #dashboard({ bucket, signer, arrival }: MonitoringProps, alarmed: IMetric[]): void {
    const options = { period: PERIOD }
    const graphs: readonly (readonly [string, IMetric[]])[] = [
      ['Verdicts', [verdicts(bucket, 'Verified'), verdicts(bucket, 'Rejected')]],
      ['Calls to the signer', [signer.function.metricInvocations(options)]],
      [
        'Duration (ms, p95)',
        [signer, arrival].map((each) =>
          each.function.metricDuration({ ...options, statistic: 'p95' }),
        ),
      ],
      ['What raises alarms', alarmed],
    ]
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(3) })
    const widgets = graphs.map(([title, left]) => new GraphWidget({ title, left, width: 12 }))
    dashboard.addWidgets(...widgets)
  }
}

/** CloudWatch reads the log lines of arrival as these metrics. */
function verdicts(bucket: IBucket, metricName: 'Verified' | 'Rejected' | 'NotScanned'): Metric {
  return new Metric({
    namespace: 'Waybill',
    metricName,
    dimensionsMap: { Bucket: bucket.bucketName },
    statistic: 'Sum',
    period: PERIOD,
  })
}

/** Calls that ended in an exception, and 5xx responses of the signer itself. */
function signerErrors({ function: signer }: SignerFunction): MathExpression {
  return new MathExpression({
    expression: 'FILL(thrown, 0) + FILL(answered, 0)',
    label: 'Signer errors',
    period: PERIOD,
    usingMetrics: {
      thrown: signer.metricErrors({ period: PERIOD }),
      answered: signer.metric('Url5xxCount', { period: PERIOD, statistic: 'Sum' }),
    },
  })
}
