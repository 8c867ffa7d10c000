/**
 * An application's own notifications on the bucket of uploads. What CDK's function does with them is rehearsed:
 * test/rehearsal/changes.test.ts.
 *
 * @module
 */

import { Bucket, EventType, type IBucket } from 'aws-cdk-lib/aws-s3'
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import { beforeAll, describe, expect, it } from 'vitest'
import { only, type Synthesised, synthesise } from '../synthesised.ts'

const NOTIFICATIONS = 'Custom::S3BucketNotifications'

describe("a bucket with an application's own notification", () => {
  let stack: Synthesised

  beforeAll(async () => {
    stack = await synthesise({}, (scope, { bucket }) => {
      const queue = new Queue(scope, 'Removed')
      bucket.addEventNotification(EventType.OBJECT_REMOVED, new SqsDestination(queue))
    })
  })

  it('still sends its events to EventBridge', () => {
    const { NotificationConfiguration } = only(stack, NOTIFICATIONS).Properties
    expect(NotificationConfiguration).toMatchObject({
      EventBridgeConfiguration: {},
      QueueConfigurations: [{ Events: ['s3:ObjectRemoved:*'] }],
    })
    expect(only(stack, 'AWS::S3::Bucket').Properties.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    })
  })

  it("lets CDK's function merge them, so that EventBridge stays on when the notification is removed", () => {
    expect(only(stack, NOTIFICATIONS).Properties.Managed).toBe(false)
    const { PolicyDocument } = only(
      stack,
      'AWS::IAM::Policy',
      /NotificationsHandlerPolicy/,
    ).Properties
    const actions = PolicyDocument.Statement.flatMap(({ Action }: { Action: string }) => Action)
    expect(actions.toSorted()).toEqual(['s3:GetBucketNotification', 's3:PutBucketNotification'])
  })
})

describe('a bucket without notifications', () => {
  it("has none of CDK's functions", async () => {
    const { resources } = await synthesise()
    expect(() => only({ resources }, NOTIFICATIONS)).toThrow(/0 resources/)
  })
})

describe('a bucket that belongs to the application', () => {
  it('keeps its notifications unchanged', async () => {
    const stack = await synthesise((scope) => {
      const bucket = new Bucket(scope, 'Mine', { eventBridgeEnabled: true })
      return { bucket: bucket as IBucket }
    })
    expect(only(stack, NOTIFICATIONS).Properties.Managed).toBe(true)
  })
})
