import { Annotations, Aspects, CfnResource } from 'aws-cdk-lib'
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3'
import type { IConstruct } from 'constructs'

/** CDK adds a construct with this id on the first call to `addEventNotification`. */
const NOTIFICATIONS = 'Notifications'

/**
 * Sends the bucket's events to EventBridge.
 *
 * CDK's `eventBridgeEnabled` would add a custom resource with a function to every stack, so this
 * sets the CloudFormation property directly. If an app adds notifications, CDK still adds the
 * custom resource. By default, the custom resource replaces the bucket's notification
 * configuration, which would turn EventBridge off. An aspect prevents this.
 *
 * @see https://github.com/aws/aws-cdk/issues/29653
 */
export function sendEvents(bucket: Bucket): void {
  const resource = bucket.node.defaultChild
  if (resource instanceof CfnBucket) {
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } }
  } else {
    Annotations.of(bucket).addError(
      'the bucket has no CloudFormation resource on which to set events',
    )
  }
  Aspects.of(bucket).add({
    visit: (node) => {
      if (node.node.scope === bucket && node.node.id === NOTIFICATIONS) keepOthers(bucket, node)
    },
  })
}

/**
 * Makes CDK's custom resource treat the bucket like an imported one. It then merges its
 * notifications into the existing configuration and removes only its own. Otherwise, removing the
 * app's last notification would remove the whole configuration.
 */
function keepOthers(bucket: Bucket, notifications: IConstruct): void {
  bucket.enableEventBridgeNotification()
  const resource = notifications.node.tryFindChild('Resource')
  const policy = notifications.node.tryFindChild('HandlerPolicy')
  if (!(resource instanceof CfnResource && policy instanceof Policy)) {
    Annotations.of(bucket).addError(
      'this version of aws-cdk-lib writes notifications in a way unknown to waybill, so they might turn ' +
        "EventBridge off: use EventBridge rules instead of the bucket's addEventNotification",
    )
    return
  }
  resource.addPropertyOverride('Managed', false)
  policy.addStatements(
    new PolicyStatement({
      actions: ['s3:GetBucketNotification'],
      resources: [bucket.bucketArn],
    }),
  )
}
