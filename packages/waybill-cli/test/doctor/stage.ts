/**
 * A deployment on this machine, for `waybill doctor`: the synthesised stack's bucket settings on the local S3, its two
 * functions from the built bundles, a Function URL and a CloudFront in front of them, and the account's services. Each of
 * them can be made to answer wrongly.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { type FunctionProcess, startFunction } from '@waybill/test-support/function-process'
import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import {
  type Asked,
  type Given,
  type StandIn,
  sendOn,
  startStandIn,
} from '@waybill/test-support/stand-in'
import { Size } from 'aws-cdk-lib'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { signRequest } from 'waybill-s3'
import { loadBucket } from '../../../waybill-aws/test/cdk/bucket/load-bucket.ts'
import {
  ORIGIN,
  only,
  REGION,
  type Synthesised,
  synthesise,
} from '../../../waybill-aws/test/cdk/synthesised.ts'
import { startStack } from '../../src/doctor/doctor.ts'
import type { StackRun } from '../../src/doctor/run.ts'
import { type AccountState, startAccountStandIn } from './account-stand-in.ts'

const USERS = ['signer', 'arrival', 'administrator'] as const
type User = (typeof USERS)[number]

/** A wrong answer in place of the right one; `undefined` lets the request through. */
export type Spoil = (
  asked: Asked,
  right: () => Promise<Required<Given>>,
) => Promise<Given | undefined>

export type Place = 's3' | 'signer' | 'delivery'

type StackOptions = Parameters<typeof startStack>[0]

export interface Stage extends Stands {
  readonly bucket: string
  readonly s3: StrictS3
  readonly administrator: S3Client
  readonly front: Front
  /** Makes a stand-in answer wrongly, until `right` is called. */
  spoil(place: Place, spoil: Spoil): void
  /** Everything answers as it should again. */
  right(): void
  run(options?: Partial<StackOptions>): StackRun
}

const RULES = {
  notes: {
    types: ['text/plain', 'video/mp4'],
    maxSize: Size.mebibytes(100),
    form: true,
    public: true,
  },
  // As docs/start/deploy.md has them.
  photos: { types: ['image/jpeg', 'image/png'], maxSize: Size.mebibytes(20), public: true },
  jpegs: { types: ['image/jpeg'], maxSize: Size.mebibytes(20), public: true },
}

export function credentialsOf(accessKeyId: User) {
  return { accessKeyId, secretAccessKey: `secret-of-${accessKeyId}` }
}

async function startStage(): Promise<Stage> {
  const stack = await synthesise({ rules: RULES })
  const bucket: string = only(stack, 'AWS::S3::BucketPolicy').Properties.Bucket
  const s3 = await startStrictS3({
    region: REGION,
    buckets: [bucket],
    credentials: USERS.map(credentialsOf),
    domains: ['s3-accelerate.amazonaws.com'],
  })
  const administrator = clientFor(s3, 'administrator')
  await loadBucket(administrator, stack, {
    without: /SecureTransport|TlsVersion/,
    users: { SignerRole: 'signer', ArrivalRole: 'arrival' },
  })
  const front: Front = { iam: false, cloudFront: false, judges: true, edgeForgets: false }
  const spoils: Record<Place, Spoil> = { s3: untouched, signer: untouched, delivery: untouched }
  const stands = await startStands(stack, s3, { front, spoils })
  const right = () => {
    Object.assign(front, { iam: false, cloudFront: false, judges: true, edgeForgets: false })
    delete front.token
    Object.assign(spoils, { s3: untouched, signer: untouched, delivery: untouched })
    Object.assign(stands.state, newState(bucket, stands))
  }
  right()
  return {
    bucket,
    s3,
    administrator,
    front,
    right,
    spoil: (place, spoil) => {
      spoils[place] = spoil
    },
    ...stands,
    run: (options) => runOn(bucket, stands, options),
    close: async () => {
      administrator.destroy()
      await stands.close()
      await s3.close()
    },
  }
}

function clientFor({ region, endpoint }: StrictS3, user: User): S3Client {
  const credentials = credentialsOf(user)
  return new S3Client({ region, endpoint, credentials, forcePathStyle: true })
}

const untouched: Spoil = async () => undefined

interface Stands {
  readonly account: StandIn
  readonly state: AccountState
  readonly s3Url: string
  readonly signerUrl: string
  readonly deliveryUrl: string
  close(): Promise<void>
}

interface Controls {
  readonly front: Front
  readonly spoils: Record<Place, Spoil>
}

async function startStands(
  stack: Synthesised,
  s3: StrictS3,
  { front, spoils }: Controls,
): Promise<Stands> {
  const state = {} as AccountState
  const account = await startAccountStandIn(state)
  const through = (place: Place, right: (asked: Asked) => Promise<Required<Given>>) =>
    startStandIn(async (asked) => (await spoils[place](asked, () => right(asked))) ?? right(asked))
  const proxy = await through('s3', (asked) => sendOn(s3.endpoint, asked))
  const start = (user: 'signer' | 'arrival') => startDeployed(stack, user, proxy.url, account.url)
  const [signer, arrival] = await Promise.all([start('signer'), start('arrival')])
  const landed: object[] = []
  s3.onObjectCreated((event) => {
    if (event.detail.object.key.startsWith('uploads/')) landed.push(event)
  })
  // As in AWS, events come a moment later: here when an upload is completed.
  const judge = () => {
    for (const event of landed.splice(0)) if (front.judges) void arrival.invoke(event)
  }
  const url = await through('signer', async (asked) => {
    const answer = await answerFunctionUrl(front, signer, asked)
    if (asked.path === '/complete' && answer.status === 200) judge()
    return answer
  })
  const delivery = await through('delivery', (asked) => deliver(s3, stack, asked))
  const all = [account, proxy, signer, arrival, url, delivery]
  return {
    account,
    state,
    s3Url: proxy.url,
    signerUrl: url.url,
    deliveryUrl: delivery.url,
    close: async () => void (await Promise.all(all.map((each) => each.close()))),
  }
}

/** A function of the template, with what Lambda itself sets, and AWS's addresses replaced. */
function startDeployed(
  stack: Synthesised,
  user: 'signer' | 'arrival',
  s3: string,
  account: string,
): Promise<FunctionProcess> {
  const id = user === 'signer' ? /Signer/ : /Arrival/
  const { Code, Environment } = only(stack, 'AWS::Lambda::Function', id).Properties
  const { accessKeyId, secretAccessKey } = credentialsOf(user)
  return startFunction(join(stack.directory, `asset.${Code.S3Key.replace('.zip', '')}`), {
    ...Environment.Variables,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    WAYBILL_ENDPOINT: s3,
    WAYBILL_SECRETS_ENDPOINT: account,
    WAYBILL_EVENTS_ENDPOINT: account,
  })
}

function newState(bucket: string, { signerUrl, deliveryUrl }: Stands): AccountState {
  return {
    stack: {
      name: 'WaybillDemo',
      id: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/WaybillDemo/2',
      status: 'CREATE_COMPLETE',
      outputs: {
        SignerUrl: `${signerUrl}/`,
        BucketName: bucket,
        SiteUrl: ORIGIN,
        DeliveryUrl: deliveryUrl,
      },
      resources: [
        { type: 'AWS::S3::Bucket', physicalId: bucket },
        { type: 'AWS::GuardDuty::MalwareProtectionPlan', physicalId: 'plan-1' },
      ],
    },
    failed: [],
    planStatus: 'ACTIVE',
    concurrency: 10,
  }
}

/** CloudFront reads objects in its own name, as far as the bucket lets it. */
async function deliver(s3: StrictS3, stack: Synthesised, asked: Asked): Promise<Required<Given>> {
  const bucket: string = only(stack, 'AWS::S3::BucketPolicy').Properties.Bucket
  const credentials = credentialsOf('administrator')
  const where = { bucket, region: REGION, endpoint: s3.endpoint, credentials }
  const { url, headers } = await signRequest({ ...where, method: 'GET', key: asked.path.slice(1) })
  const response = await fetch(url, { headers })
  return given(response.status, {}, await response.text())
}

/** Everything is on this machine and answers; how fast does not matter. */
const patientFetch: typeof fetch = (input, { signal: _, ...init } = {}) => fetch(input, init)

function runOn(
  bucket: string,
  { account, s3Url, signerUrl, deliveryUrl, state }: Stands,
  options: Partial<StackOptions> = {},
): StackRun {
  const { stack } = state
  return startStack({
    deployment: { signerUrl, bucket, deliveryUrl: `${deliveryUrl}/`, stack },
    signerUrl,
    bucket,
    origin: ORIGIN,
    access: { credentials: credentialsOf('administrator'), region: REGION },
    // Its verdict comes as fast as the machine lets it; a test without one says so.
    verdictMs: Number.POSITIVE_INFINITY,
    endpoint: account.url,
    s3Endpoint: s3Url,
    fetch: patientFetch,
    ...options,
  })
}

/** What stands before the signer, and behind the bucket. */
export interface Front {
  iam: boolean
  cloudFront: boolean
  /** Whether arrival judges what lands. */
  judges: boolean
  /** The only token that the signer takes, where it wants one. */
  token?: string
  /** Whether the edge function lets the viewer's `x-viewer-authorization` through. */
  edgeForgets: boolean
}

/** What a Function URL does with a request; before it, what IAM or CloudFront do. */
async function answerFunctionUrl(
  front: Front,
  signer: FunctionProcess,
  asked: Asked,
): Promise<Required<Given>> {
  const { method, path, query, body } = asked
  const isSigned = asked.headers.authorization?.startsWith('AWS4-HMAC-SHA256') ?? false
  if (front.iam && method === 'OPTIONS') return given(200, { ...CORS_OF_URL }, '')
  if (front.iam && !isSigned) return given(403, {}, '{"Message":"Forbidden"}')
  const headers = front.cloudFront ? atEdge(front, asked) : (asked.headers as Headers)
  if (!headers) return given(403, EDGE, '{"message":"The request signature does not match"}')
  if (front.token !== undefined && method !== 'OPTIONS') {
    const isKnown = headers['x-viewer-authorization'] === `Bearer ${front.token}`
    if (!isKnown) return given(401, EDGE, '{"error":{"code":"UNAUTHENTICATED","message":"who?"}}')
  }
  const text = body.length === 0 ? {} : { body: body.toString(), base64: true }
  const event = functionUrlEvent({ method, path, query: query.toString(), headers, ...text })
  const answer = (await signer.invoke(event)) as FunctionAnswer
  const added = front.cloudFront ? EDGE : {}
  return given(answer.statusCode, { ...answer.headers, ...added }, answer.body ?? '')
}

type Headers = Readonly<Record<string, string>>

interface FunctionAnswer {
  readonly statusCode: number
  readonly headers?: Headers
  readonly body?: string
}

const EDGE = { 'x-amz-cf-id': 'a-request-id' }

const CORS_OF_URL = {
  'access-control-allow-origin': ORIGIN,
  'access-control-allow-headers': 'authorization,content-type,x-amz-content-sha256',
}

function given(status: number, headers: Headers, body: string): Required<Given> {
  return { status, headers, body }
}

/**
 * CloudFront signs the hash that the viewer sends, and its edge function keeps the viewer's token.
 */
function atEdge(front: Front, { method, headers, body }: Asked): Headers | undefined {
  const { authorization, ...rest } = headers as Headers
  if (!front.edgeForgets) delete (rest as Record<string, string>)['x-viewer-authorization']
  const hash = createHash('sha256').update(body).digest('hex')
  if (method === 'POST' && headers['x-amz-content-sha256'] !== hash) return undefined
  return { ...rest, ...(authorization ? { 'x-viewer-authorization': authorization } : {}) }
}

/** A `fetch` for which the accelerated address of S3 is on this machine. */
export function fetchAccelerated(to: string): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    if (!url.hostname.endsWith('.s3-accelerate.amazonaws.com')) return fetch(input, init)
    const { status, headers, body } = await sendOn(to, {
      method: request.method,
      target: `${url.pathname}${url.search}`,
      headers: { ...Object.fromEntries(request.headers), host: url.host },
      body: Buffer.from(await request.arrayBuffer()),
    })
    const told = Object.entries(headers).map(([name, value]) => [name, String(value)])
    const isEmpty = status === 204 || request.method === 'HEAD'
    return new Response(isEmpty ? null : new Uint8Array(Buffer.from(body)), {
      status,
      headers: Object.fromEntries(told),
    })
  }
}

/**
 * Opens before the tests of the file that calls it, is right again after each, and closes after
 * them.
 */
export function openStage(): Stage {
  const stage = {} as Stage
  beforeAll(async () => {
    Object.assign(stage, await startStage())
  }, 60_000)
  afterEach(() => stage.right?.())
  afterAll(() => stage.close?.())
  return stage
}
