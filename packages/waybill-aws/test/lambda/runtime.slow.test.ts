/**
 * The very assets of a synthesised stack under Lambda's own runtime client: configured as the
 * template says, signing uploads that the local S3 takes into a bucket with the template's own
 * settings, judging what lands.
 *
 * Slow: the client is compiled when it is installed, so that happens in CI and in the long runs
 * (`npm run test:long`); where it is there already it is used. `bundle.test.ts` and
 * `packages/waybill-aws/test/lambda/deployed` run the same bundles without it.
 *
 * @module
 */

import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { type AwsService, startAwsService } from '@waybill/test-support/aws-service'
import { functionUrlEvent, objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { MP4, PNG } from '@waybill/test-support/samples'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presignUrl } from 'waybill-s3'
import { loadBucket } from '../cdk/bucket/load-bucket.ts'
import { only, type Synthesised, synthesise } from '../cdk/synthesised.ts'
import { type LambdaRuntime, startLambdaRuntime } from './lambda-runtime.ts'
import { installRuntimeClient, runtimeClient } from './runtime-client.ts'

const SECRET = 'a secret of more than thirty-two characters'

/** Users of the local S3 who stand for the stack's roles, and one who may do what the bucket does not deny. */
const USERS = ['signer', 'arrival', 'administrator'] as const
type User = (typeof USERS)[number]
const SECRET_ACCESS_KEY = 'secret-of-all-three'
const BUS = expect.stringMatching(/^arn:aws:events:eu-west-1:\d{12}:event-bus\/default$/)

function credentialsOf(accessKeyId: User) {
  return { accessKeyId, secretAccessKey: SECRET_ACCESS_KEY }
}

/** @returns The runtime client's program, or why there is none. */
async function findClient(): Promise<{ program: string; missing?: string }> {
  const program = runtimeClient()
  if (program) return { program }
  if (!process.env.WAYBILL_LONG && !process.env.CI) {
    const missing =
      'aws-lambda-ric is not installed; WAYBILL_LONG=1 installs it (cmake, g++, two minutes)'
    return { program: '', missing }
  }
  try {
    return { program: await installRuntimeClient() }
  } catch (error) {
    return { program: '', missing: String(error) }
  }
}

const { program, missing } = await findClient()
if (missing)
  console.warn(`\n  SKIPPED: the deployed bundles under Lambda's runtime client.\n  ${missing}\n`)

describe.skipIf(missing)("the deployed functions under Lambda's runtime client", () => {
  let s3: StrictS3
  let stack: Synthesised
  let secrets: AwsService
  let bus: AwsService
  let bucket: string
  const runtimes: LambdaRuntime[] = []

  beforeAll(async () => {
    stack = await synthesise()
    bucket = only(stack, 'AWS::S3::BucketPolicy').Properties.Bucket
    const credentials = USERS.map(credentialsOf)
    s3 = await startStrictS3({ region: 'eu-west-1', buckets: [bucket], credentials })
    await configureBucket()
    secrets = await startAwsService(SECRET_ACCESS_KEY, () => ({
      status: 200,
      body: { SecretString: SECRET },
    }))
    bus = await startAwsService(SECRET_ACCESS_KEY, () => ({
      status: 200,
      body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] },
    }))
  })
  afterAll(async () => {
    await Promise.all(runtimes.map((runtime) => runtime.close()))
    await Promise.all([s3.close(), secrets.close(), bus.close()])
  })

  /** As CloudFormation would, but for what demands TLS, which is not spoken here. */
  async function configureBucket(): Promise<void> {
    const { region, endpoint } = s3
    const credentials = credentialsOf('administrator')
    const client = new S3Client({ region, endpoint, credentials, forcePathStyle: true })
    const users = { SignerRole: 'signer', ArrivalRole: 'arrival' }
    await loadBucket(client, stack, { without: /SecureTransport|TlsVersion/, users })
    client.destroy()
  }

  /** @returns The status that somebody gets who may read all that the bucket does not deny. */
  async function read(key: string): Promise<number> {
    const { region, endpoint } = s3
    const credentials = credentialsOf('administrator')
    const where = { bucket, region, endpoint, credentials }
    const { url } = await presignUrl({ ...where, method: 'GET', key, expiresInSeconds: 60 })
    return (await fetch(url)).status
  }

  /** A function of the template, with what Lambda itself puts into its environment, and AWS's addresses replaced. */
  async function start(user: 'signer' | 'arrival'): Promise<LambdaRuntime> {
    const id = user === 'signer' ? /Signer/ : /Arrival/
    const { Code, Handler, Environment } = only(stack, 'AWS::Lambda::Function', id).Properties
    const runtime = await startLambdaRuntime({
      client: program,
      code: join(stack.directory, `asset.${Code.S3Key.replace('.zip', '')}`),
      handler: Handler,
      environment: {
        ...Environment.Variables,
        AWS_REGION: s3.region,
        AWS_ACCESS_KEY_ID: user,
        AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY,
        WAYBILL_ENDPOINT: s3.endpoint,
        WAYBILL_SECRETS_ENDPOINT: secrets.endpoint,
        WAYBILL_EVENTS_ENDPOINT: bus.endpoint,
      },
    })
    runtimes.push(runtime)
    return runtime
  }

  /** @returns The key under which S3 has taken `file`, by a form that the deployed signer signed. */
  async function upload(signer: LambdaRuntime, name: string, file: Blob): Promise<string> {
    const query = `rule=video&name=${name}&type=video/mp4&size=${file.size}`
    const answer = await signer.invoke(functionUrlEvent({ query }))
    const { statusCode, body } = answer as { statusCode: number; body: string }
    expect(statusCode).toBe(200)
    const { url, fields } = JSON.parse(body).presignedPost
    const form = new FormData()
    for (const [field, value] of Object.entries<string>(fields)) form.append(field, value)
    form.append('file', file)
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204)
    return fields.key
  }

  it('sign uploads that S3 accepts, and judge the objects, which nobody can read before', async () => {
    const signer = await start('signer')
    const arrival = await start('arrival')
    const files = [
      ['film.mp4', MP4, { verdict: 'verified' }, 'Upload Verified', 200],
      ['fake.mp4', PNG, { verdict: 'rejected', reason: 'content-differs' }, 'Upload Rejected', 403],
    ] as const
    for (const [name, bytes, verdict, detailType, status] of files) {
      const key = await upload(signer, name, new Blob([new Uint8Array(bytes)]))
      expect(key).toMatch(/^uploads\/[\w-]{22}\//)
      expect(await read(key)).toBe(403)
      expect(await arrival.invoke(objectCreatedEvent(bucket, { key }))).toMatchObject(verdict)
      expect(await read(key)).toBe(status)
      expect(bus.calls.at(-1)).toMatchObject({
        target: 'AWSEvents.PutEvents',
        body: { Entries: [{ Source: 'waybill', DetailType: detailType, EventBusName: BUS }] },
      })
    }
    const metrics = arrival
      .log()
      .split('\n')
      .filter((line) => line.startsWith('{"_aws"'))
      .map((line) => JSON.parse(line))
    expect(metrics.map(({ Uploads, Outcome, Bucket }) => [Uploads, Outcome, Bucket])).toEqual([
      [1, 'verified', bucket],
      [1, 'rejected', bucket],
    ])
  })

  it('report a poison event as an error, and continue', async () => {
    const arrival = await start('arrival')
    await expect(arrival.invoke({ detail: 'nothing' })).rejects.toThrow(/detail-type/)
    const gone = objectCreatedEvent(bucket, { key: 'uploads/never-was' })
    expect(await arrival.invoke(gone)).toMatchObject({ verdict: 'skipped', reason: 'gone' })
  })

  it('never write a secret, a signature or a session token to the log', async () => {
    const signer = await start('signer')
    await upload(signer, 'film.mp4', new Blob([new Uint8Array(MP4)]))
    await signer.invoke(functionUrlEvent({ method: 'POST', path: '/complete', body: '{' }))
    for (const word of [SECRET, SECRET_ACCESS_KEY, 'X-Amz-Signature']) {
      expect(signer.log()).not.toContain(word)
    }
  })
})
