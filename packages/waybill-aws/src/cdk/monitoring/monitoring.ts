import { Annotations, Aspects, Stack } from 'aws-cdk-lib'
import {
  Alarm,
  type CfnAlarm,
  ComparisonOperator,
  type IAlarmAction,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import type { ArrivalFunction } from '../arrival-function/arrival-function.ts'
import type { SignerFunction } from '../signer-function/signer-function.ts'
import { type AlarmThresholds, type Watched, watched } from './alarm-definitions.ts'
import { uploadDashboard } from './upload-dashboard.ts'

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
