import { functionUrlEvent, objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { type Landing, SECRET, startLanding } from '@waybill/test-support/landing'
import { PNG } from '@waybill/test-support/samples'
import { describe, expect, it } from 'vitest'
import { eventBus, type Verified } from 'waybill/arrival'
import { arrivalHandler, lambdaHandler } from 'waybill-aws/lambda'

type Sent = { readonly url: string; readonly scope: string | undefined; readonly body: string }

/** @returns What is sent to a service, and a way to send it that answers so. */
function recorded(answer: object) {
  const sent: Sent[] = []
  const send = async (request: {
    url: string
    headers: Readonly<Record<string, string>>
    body: string
  }) => {
    const scope = /Credential=[^/]+\/\d+\/([^,]+)\/aws4_request/.exec(
      request.headers.authorization ?? '',
    )
    sent.push({ url: request.url, scope: scope?.[1], body: request.body })
    return { status: 200, body: JSON.stringify(answer) }
  }
  return { sent, send }
}

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'the-secret-key' }
const IAM = { iam: { userArn: 'arn:aws:iam::111122223333:user/ada' } }

async function askForSecret(own: string, id: string): Promise<Sent[]> {
  const { sent, send } = recorded({ SecretString: SECRET })
  const handler = lambdaHandler({
    send,
    environment: {
      ...KEYS,
      AWS_REGION: own,
      WAYBILL_REGION: 'us-east-1',
      WAYBILL_BUCKET: 'uploads',
      WAYBILL_SECRET_ARN: id,
      WAYBILL_RULES: '{"video":{"types":["video/mp4"],"maxSize":1000}}',
      WAYBILL_AUTH: 'iam',
      WAYBILL_ALLOWED_ORIGINS: 'https://app.example.com',
    },
  })
  await handler(functionUrlEvent({ path: '/' }, IAM))
  return sent
}

describe('the secret of a signer whose bucket is in another region', () => {
  it.each([
    ['by its name', 'seal', 'eu-west-1', 'amazonaws.com'],
    [
      'by its ARN',
      'arn:aws:secretsmanager:eu-north-1:1:secret:seal',
      'eu-north-1',
      'amazonaws.com',
    ],
  ])("is read %s in the secret's own region", async (_how, id, region, domain) => {
    const [call] = await askForSecret('eu-west-1', id)
    expect(call).toMatchObject({
      url: `https://secretsmanager.${region}.${domain}/`,
      scope: `${region}/secretsmanager`,
    })
  })

  it.each([
    ['cn-north-1', 'amazonaws.com.cn'],
    ['us-gov-west-1', 'amazonaws.com'],
    ['eusc-de-east-1', 'amazonaws.eu'],
  ])('is read from the host in the partition of %s', async (region, domain) => {
    const [call] = await askForSecret(region, 'seal')
    expect(call?.url).toBe(`https://secretsmanager.${region}.${domain}/`)
  })
})

const VERIFIED: Verified = {
  verdict: 'verified',
  id: 'uploads/a#1',
  bucket: 'uploads',
  key: 'a',
  size: 5,
  type: 'video/mp4',
  etag: 'x',
}
const TAKEN = { FailedEntryCount: 0, Entries: [{ EventId: '1' }] }

describe('an event bus', () => {
  it.each([
    ['eu-west-1', 'aws', 'amazonaws.com'],
    ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
    ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
    ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
  ])(
    "in %s is called, and names the bucket, in its partition's format",
    async (region, name, domain) => {
      const { sent, send } = recorded(TAKEN)
      const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-secret-key' }
      await eventBus({ region, credentials, send })(VERIFIED)
      expect(sent[0]?.url).toBe(`https://events.${region}.${domain}/`)
      expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
        Entries: [{ Resources: [`arn:${name}:s3:::uploads`] }],
      })
    },
  )

  const OTHERS = 'arn:aws:events:eu-central-1:444455556666:event-bus/central'

  it.each([
    ['a name', 'uploads-bus', 'eu-west-1'],
    ['the ARN of a bus of another account', OTHERS, 'eu-central-1'],
  ])('is addressed by %s unchanged, in its own region', async (_what, bus, region) => {
    const landing: Landing = await startLanding()
    const { sent, send } = recorded(TAKEN)
    const { s3 } = landing
    const handler = arrivalHandler({
      send,
      log: () => {},
      environment: {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
        WAYBILL_REGION: s3.region,
        WAYBILL_BUCKET: 'uploads',
        WAYBILL_ENDPOINT: s3.endpoint,
        WAYBILL_SECRET: SECRET,
        WAYBILL_EVENT_BUS: bus,
      },
    })
    const { key } = await landing.upload('a.png', 'image/png', PNG)
    await handler(objectCreatedEvent('uploads', { key }))
    expect(sent).toMatchObject([
      { url: `https://events.${region}.amazonaws.com/`, scope: `${region}/events` },
    ])
    expect(sent[0]?.body).toContain(`"EventBusName":"${bus}"`)
    await landing.close()
  })
})
