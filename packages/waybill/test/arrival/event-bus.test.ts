import { type Reply, startAwsService } from '@waybill/test-support/aws-service'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventBus, type Rejected, type Verified } from 'waybill/arrival'

const NAMED = { name: 'uploads-bus' }
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-secret-key' }

/** A bus in `eu-west-1`, with this name or the account's default one. */
async function setUp(reply: (count: number) => Reply, named: { readonly name?: string } = {}) {
  const service = await startAwsService('the-secret-key', (_call, count) => reply(count))
  onTestFinished(() => service.close())
  const place = { region: 'eu-west-1', credentials: async () => credentials }
  return { service, publish: eventBus({ ...place, ...named, endpoint: service.endpoint }) }
}

const VERIFIED: Verified = {
  verdict: 'verified',
  id: 'uploads/a#1',
  bucket: 'uploads',
  key: 'a',
  size: 5,
  type: 'video/mp4',
  etag: 'x',
  rule: 'video',
}
const REJECTED: Rejected = {
  ...VERIFIED,
  verdict: 'rejected',
  reason: 'size-differs',
  message: 'm',
  deleted: false,
}
const TAKEN: Reply = { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] } }

describe('eventBus', () => {
  it.each([
    [VERIFIED, 'Upload Verified'],
    [REJECTED, 'Upload Rejected'],
  ])('publishes each verdict as one signed event', async (verdict, detailType) => {
    const { service, publish } = await setUp(() => TAKEN, NAMED)
    await publish(verdict)
    expect(service.calls).toEqual([
      {
        target: 'AWSEvents.PutEvents',
        body: {
          Entries: [
            {
              EventBusName: 'uploads-bus',
              Source: 'waybill',
              DetailType: detailType,
              Resources: ['arn:aws:s3:::uploads'],
              Detail: JSON.stringify(verdict),
            },
          ],
        },
      },
    ])
  })

  it('throws if the bus answers 200 but did not accept the event', async () => {
    const failed = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] }
    const { publish } = await setUp(() => ({ status: 200, body: failed }), NAMED)
    await expect(publish(VERIFIED)).rejects.toThrow(/'uploads-bus' refused .*InternalFailure/)
  })

  it.each([
    [{}, 'an empty object', 'it named no reason'],
    [{ FailedEntryCount: 1 }, 'no list of entries', 'it named no reason'],
  ])('throws if the bus answers %j', async (body, _name, refusal) => {
    const { publish } = await setUp(() => ({ status: 200, body }), NAMED)
    const message = `event bus 'uploads-bus' refused the verdict: ${refusal}`
    await expect(publish(VERIFIED)).rejects.toThrow(new Error(message))
  })

  it("signs for the bus's own region and names the bucket in its partition", async () => {
    const name = 'arn:aws-cn:events:cn-north-1:123456789012:event-bus/all'
    const { service, publish } = await setUp(() => TAKEN, { name })
    await publish(VERIFIED)
    expect(service.calls).toMatchObject([
      { body: { Entries: [{ EventBusName: name, Resources: ['arn:aws-cn:s3:::uploads'] }] } },
    ])
  })

  it("is called at EventBridge's address in its region", async () => {
    const asked: string[] = []
    const send = async ({ url, headers }: { url: string; headers: Record<string, string> }) => {
      asked.push(url, headers.authorization ?? '')
      return { status: 200, body: JSON.stringify(TAKEN.body) }
    }
    await eventBus({ region: 'eu-west-1', credentials, send: send as never })(VERIFIED)
    expect(asked).toEqual([
      'https://events.eu-west-1.amazonaws.com/',
      expect.stringContaining('/eu-west-1/events/aws4_request'),
    ])
  })

  it("publishes to the account's default bus if none is named", async () => {
    const { service, publish } = await setUp(() => TAKEN)
    await publish(VERIFIED)
    expect(service.calls).toMatchObject([{ body: { Entries: [{ EventBusName: 'default' }] } }])
  })

  it('retries if the service fails, but not if it refuses', async () => {
    const { service, publish } = await setUp((count) =>
      count < 3 ? { status: 503, body: {} } : TAKEN,
    )
    await publish(VERIFIED)
    expect(service.calls).toHaveLength(3)
    const denied = { __type: 'AccessDeniedException', Message: 'no' }
    const refusing = await setUp(() => ({ status: 400, body: denied }))
    await expect(refusing.publish(VERIFIED)).rejects.toThrow(
      /PutEvents failed: AccessDeniedException: no/,
    )
    expect(refusing.service.calls).toHaveLength(1)
  })
})
