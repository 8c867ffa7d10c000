import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, it, onTestFinished } from 'vitest'
import { Receiver } from '../notifications/receiver.ts'
import { clientOf, start } from '../start.ts'

const Bucket = 'uploads'
const arn = (service: string, name = 'uploads') =>
  `arn:aws:${service}:us-east-1:123456789012:${name}`

it('the AWS SDK configures destinations, reads them back and gets their events', async () => {
  const receiver = await Receiver.start()
  onTestFinished(() => receiver.stop())
  const client = clientOf((await start({ webhook: receiver.url })).server)
  const NotificationConfiguration = {
    TopicConfigurations: [
      { Id: 'topic', TopicArn: arn('sns'), Events: ['s3:ObjectTagging:*' as const] },
    ],
    QueueConfigurations: [
      {
        Id: 'queue',
        QueueArn: arn('sqs'),
        Events: ['s3:ObjectCreated:*' as const],
        Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'in/' }] } },
      },
    ],
    LambdaFunctionConfigurations: [
      {
        Id: 'function',
        LambdaFunctionArn: arn('lambda', 'function:uploads'),
        Events: ['s3:ObjectRemoved:Delete' as const, 's3:ObjectAcl:Put' as const],
      },
    ],
    EventBridgeConfiguration: {},
  }
  await client.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }),
  )
  const got = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
  const { QueueConfigurations: queues, ...others } = NotificationConfiguration
  expect(got).toMatchObject(others)
  // S3 names the filter its own way.
  const Filter = { Key: { FilterRules: [{ Name: 'Prefix', Value: 'in/' }] } }
  expect(got.QueueConfigurations).toEqual(queues.map((each) => ({ ...each, Filter })))
  await client.send(new PutObjectCommand({ Bucket, Key: 'in/a', Body: 'x' }))
  expect((await receiver.next()).message).toMatchObject({
    Records: [{ s3: { configurationId: 'queue', object: { key: 'in/a' } } }],
  })
  expect(await receiver.next()).toMatchObject({ arn: 'eventbridge' })
})
