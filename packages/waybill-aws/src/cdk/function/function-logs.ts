import { RemovalPolicy } from 'aws-cdk-lib'
import { type LogGroupProps, RetentionDays } from 'aws-cdk-lib/aws-logs'

/** A function's log settings. */
export interface LogProps {
  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays
  /**
   * What happens to the logs when the stack is destroyed.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE - kept, unless creating the stack fails
   */
  readonly logRemovalPolicy?: RemovalPolicy
  /**
   * Which metrics the function writes to its log. `alarms` omits the metrics by rule and reason,
   * each of which costs money (docs/operate/scale/monitoring.md).
   * @default 'all'
   */
  readonly metrics?: 'all' | 'alarms'
}

export function logOptions({ logRetention, logRemovalPolicy }: LogProps): LogGroupProps {
  return {
    retention: logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: logRemovalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  }
}
