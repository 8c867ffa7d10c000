/**
 * STS on the same endpoint: who asks, temporary keys, and what they may do until they expire.
 *
 * @module
 */

import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { type LocalCredentials, type StrictS3, startStrictS3 } from 'strict-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Credentials } from 'waybill-s3'
import { formRequest } from '../../../test/conformance/request/form.ts'
import type { Reply } from '../../../test/conformance/request/raw-request.ts'
import { exchange } from '../../../test/conformance/request/raw-request.ts'
import {
  type SignOptions,
  sha256,
  signHeader,
  signQuery,
} from '../../../test/conformance/request/signing.ts'
import { System, textAt } from '../../../test/conformance/system.ts'
import { textOf } from '../../waybill-s3/src/xml.ts'

const OWNER = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' }
const READER = { accessKeyId: 'reader', secretAccessKey: 'reader-secret', readOnly: true }
const TENANT = { accessKeyId: 'tenant', secretAccessKey: 'tenant-secret', prefix: 'tenant/' }
const PAIRS: readonly LocalCredentials[] = [OWNER, READER, TENANT]

const ROLE = 'arn:aws:iam::123456789012:role/app/uploader'
const ASSUME = { Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'job-1' }

let clock: Date
let lines: string[]
let server: StrictS3
let system: System

async function start(credentials: readonly LocalCredentials[] = PAIRS): Promise<void> {
  server = await startStrictS3({
    buckets: ['uploads'],
    credentials,
    now: () => clock,
    log: (line) => lines.push(line),
  })
  system = new System(server, 'uploads')
}

beforeEach(async () => {
  clock = new Date('2026-11-30T12:00:00Z')
  lines = []
  await start()
})

afterEach(() => server.close())

interface Asking extends Partial<SignOptions> {
  readonly as?: Credentials
}

async function ask(parameters: Record<string, string>, { as = OWNER, ...more }: Asking = {}) {
  const body = new URLSearchParams({ Version: '2011-06-15', ...parameters }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  return system.send(
    await signHeader(system.signer, {
      method: 'POST',
      path: '/',
      body,
      headers,
      credentials: as,
      service: 'sts',
      now: clock,
      ...more,
    }),
  )
}

async function keys(parameters: Record<string, string>, as: Credentials = OWNER) {
  const reply = await ask(parameters, { as })
  expect(reply.status, reply.body.toString()).toBe(200)
  const result = `${parameters.Action}Result`
  const read = (name: string) => textAt(reply, result, 'Credentials', name) ?? ''
  return {
    accessKeyId: read('AccessKeyId'),
    secretAccessKey: read('SecretAccessKey'),
    sessionToken: read('SessionToken'),
    expiration: new Date(read('Expiration')),
  }
}

const get = async (credentials: Credentials, key = 'a') =>
  system.send(await system.signed({ key, credentials, now: clock }))

const put = async (credentials: Credentials, key = 'a') =>
  system.send(await system.signed({ method: 'PUT', key, body: 'hello', credentials, now: clock }))

const later = (seconds: number) => {
  clock = new Date(clock.getTime() + seconds * 1000)
}

function error(reply: Reply) {
  const inner = reply.xml?.children?.find(({ name }) => name === 'Error')
  return {
    status: reply.status,
    code: inner && textOf(inner, 'Code'),
    message: inner && textOf(inner, 'Message'),
  }
}

describe('GetCallerIdentity', () => {
  const identity = async (as: Credentials) => {
    const reply = await ask({ Action: 'GetCallerIdentity' }, { as })
    const read = (name: string) => textAt(reply, 'GetCallerIdentityResult', name)
    return { account: read('Account'), arn: read('Arn'), userId: read('UserId') }
  }

  it('says which key pair asks', async () => {
    expect(await identity(READER)).toEqual({
      account: '123456789012',
      arn: 'arn:aws:iam::123456789012:user/reader',
      userId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    })
  })

  it('says which session asks', async () => {
    const role = await identity(await keys(ASSUME))
    expect(role.arn).toBe('arn:aws:sts::123456789012:assumed-role/uploader/job-1')
    expect(role.userId).toMatch(/^AROA[A-Z2-7]{17}:job-1$/)
    const session = await identity(await keys({ Action: 'GetSessionToken' }))
    expect(session).toEqual(await identity(OWNER))
  })

  it('also answers a presigned GET, as clusters check who calls them', async () => {
    const signed = await signQuery(system.signer, {
      method: 'GET',
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { 'x-k8s-aws-id': 'cluster' },
      credentials: OWNER,
      service: 'sts',
      expires: '60',
      payloadHash: sha256(''),
      now: clock,
    })
    const reply = await system.send(signed)
    expect(textAt(reply, 'GetCallerIdentityResult', 'Arn')).toMatch(/user\/owner$/)
  })
})

describe('temporary keys', () => {
  it.each([
    [ASSUME, 3600],
    [{ ...ASSUME, DurationSeconds: '900' }, 900],
    [{ Action: 'GetSessionToken' }, 43_200],
    [{ Action: 'GetSessionToken', DurationSeconds: '129600' }, 129_600],
  ])('of %o work for %i seconds', async (parameters, seconds) => {
    const session = await keys(parameters)
    expect(session.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/)
    expect(session.secretAccessKey).toHaveLength(40)
    expect(session.expiration).toEqual(new Date(clock.getTime() + seconds * 1000))
    expect((await put(session)).status).toBe(200)
    later(seconds - 1)
    expect((await get(session)).status).toBe(200)
    later(1)
    expect(await get(session)).toMatchObject({ status: 400, code: 'ExpiredToken' })
    expect(error(await ask({ Action: 'GetCallerIdentity' }, { as: session }))).toMatchObject({
      status: 403,
      code: 'ExpiredToken',
    })
  })

  it('work in presigned URLs and forms, and no longer than the session', async () => {
    const session = await keys({ ...ASSUME, DurationSeconds: '900' })
    await put(session)
    const url = () => system.presigned({ key: 'a', credentials: session, expires: '3600', now })
    const now = clock
    expect((await system.send(await url())).status).toBe(200)
    const form = await formRequest(
      { ...system.signer, credentials: session },
      {
        bucket: 'uploads',
        key: 'b',
        now: clock,
        expiration: new Date('2026-12-01'),
        fields: { 'x-amz-security-token': session.sessionToken },
      },
    )
    expect((await system.send(form)).status).toBe(204)
    later(900)
    expect((await system.send(await url())).code).toBe('ExpiredToken')
    expect((await system.send(form)).code).toBe('ExpiredToken')
  })

  it('are refused without their token, and with another', async () => {
    const session = await keys(ASSUME)
    const other = await keys(ASSUME)
    const { sessionToken, ...bare } = session
    const [payload = '', mac = ''] = sessionToken.split('.')
    const forged = Buffer.from(payload, 'base64url').toString().replace('job-1', 'job-2')
    const tokens = {
      bare: undefined,
      other: other.sessionToken,
      forged: `${Buffer.from(forged).toString('base64url')}.${mac}`,
      cut: payload,
      nonsense: 'x',
    }
    const codes: Record<string, string | undefined> = {}
    for (const [name, token] of Object.entries(tokens)) {
      const as = token === undefined ? bare : { ...bare, sessionToken: token }
      codes[name] = (await get(as)).code
    }
    expect(codes).toEqual({
      bare: 'InvalidAccessKeyId',
      other: 'InvalidToken',
      forged: 'InvalidToken',
      cut: 'InvalidToken',
      nonsense: 'InvalidToken',
    })
    const wrong = { ...session, secretAccessKey: other.secretAccessKey }
    expect((await get(wrong)).code).toBe('SignatureDoesNotMatch')
  })

  it('survive a restart, but not the removal of their key pair or a change of its secret', async () => {
    const session = await keys(ASSUME)
    const restart = async (credentials: readonly LocalCredentials[]) => {
      await server.close()
      await start(credentials)
      return (await get(session, 'none')).code
    }
    expect(await restart(PAIRS)).toBe('NoSuchKey')
    expect(await restart([READER, TENANT])).toBe('InvalidToken')
    expect(await restart([{ ...OWNER, secretAccessKey: 'changed' }])).toBe('InvalidToken')
  })

  it('have no more rights than the key pair that asked for them', async () => {
    await put(OWNER, 'a')
    for (const parameters of [ASSUME, { Action: 'GetSessionToken' }]) {
      const reader = await keys(parameters, READER)
      expect((await get(reader)).status).toBe(200)
      expect((await put(reader)).code).toBe('AccessDenied')
      const tenant = await keys(parameters, TENANT)
      expect((await put(tenant, 'tenant/a')).status).toBe(200)
      expect((await get(tenant)).code).toBe('AccessDenied')
    }
    const chained = await keys(ASSUME, await keys(ASSUME, READER))
    expect((await get(chained)).status).toBe(200)
    expect((await put(chained)).code).toBe('AccessDenied')
  })

  it('end with the key pair that asked for them', async () => {
    await server.close()
    await start([{ ...OWNER, expiration: new Date(clock.getTime() + 600_000) }])
    const session = await keys(ASSUME)
    later(600)
    expect((await get(session)).code).toBe('ExpiredToken')
  })

  it('are judged by bucket policies as the role', async () => {
    await put(OWNER, 'a')
    const deny = async (who: object) => {
      const resource = { Action: 's3:GetObject', Resource: 'arn:aws:s3:::uploads/*' }
      const body = JSON.stringify({ Statement: [{ Effect: 'Deny', ...who, ...resource }] })
      const raw = await system.signed({ method: 'PUT', query: { policy: '' }, body, now: clock })
      await system.expect(204, raw)
    }
    const session = await keys(ASSUME)
    for (const [principal, status] of [
      [ROLE, 403],
      ['arn:aws:sts::123456789012:assumed-role/uploader/job-1', 403],
      ['arn:aws:sts::123456789012:assumed-role/uploader/job-2', 200],
      ['arn:aws:iam::123456789012:role/other', 200],
      ['arn:aws:iam::123456789012:role/uploader', 200],
      ['arn:aws:iam::123456789012:role/other/uploader', 200],
      ['arn:aws:iam::123456789012:root', 403],
      ['arn:aws:iam::123456789012:user/owner', 200],
    ] as const) {
      await deny({ Principal: { AWS: principal } })
      expect((await get(session)).status, principal).toBe(status)
      const isRole = principal.startsWith('arn:aws:iam::123456789012:role/')
      const condition = { ArnEquals: { 'aws:PrincipalArn': principal } }
      await deny({ Principal: '*', Condition: condition })
      expect((await get(session)).status, principal).toBe(isRole ? status : 200)
    }
  })

  it('are not in the log', async () => {
    const session = await keys(ASSUME)
    await get({ ...session, secretAccessKey: 'wrong' })
    const text = lines.join('\n')
    expect(text).toContain('AssumeRole')
    expect(text).not.toContain(session.secretAccessKey)
    expect(text).not.toContain(session.sessionToken)
  })
})

describe('the AWS SDK', () => {
  it('assumes a role by itself, and presigns with what it gets', async () => {
    clock = new Date()
    await put(OWNER, 'a')
    const { endpoint, region } = server
    const credentials = fromTemporaryCredentials({
      masterCredentials: OWNER,
      params: { RoleArn: ROLE, RoleSessionName: 'sdk' },
      clientConfig: { endpoint, region },
    })
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
    const list = await client.send(new ListObjectsV2Command({ Bucket: 'uploads' }))
    expect(list.Contents).toMatchObject([{ Key: 'a' }])
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: 'uploads', Key: 'a' }))
    expect(await (await fetch(url)).text()).toBe('hello')
    client.destroy()
  })

  it('reads a refusal', async () => {
    clock = new Date()
    const { endpoint, region } = server
    const credentials = fromTemporaryCredentials({
      masterCredentials: { ...OWNER, secretAccessKey: 'wrong' },
      params: { RoleArn: ROLE, RoleSessionName: 'sdk' },
      clientConfig: { endpoint, region },
    })
    await expect(credentials()).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
  })
})

describe('a refusal', () => {
  const cases: readonly (readonly [
    what: string,
    parameters: Record<string, string>,
    code: string,
    message: RegExp,
    more?: Asking,
  ])[] = [
    ['an action that STS does not have', { Action: 'Nothing' }, 'InvalidAction', /Nothing for ver/],
    [
      'another version',
      { ...ASSUME, Version: '2000-01-01' },
      'InvalidAction',
      /version 2000-01-01/,
    ],
    ...['arn:evil:iam::123456789012:role/x', 'arn:aws:iam::123456789012:role//x'].map(
      (RoleArn) =>
        [`the role ${RoleArn}`, { ...ASSUME, RoleArn }, 'ValidationError', /is invalid/] as const,
    ),
    [
      'a duration that is too short',
      { ...ASSUME, DurationSeconds: '899' },
      'ValidationError',
      /'899' at 'durationSeconds' .* greater than or equal to 900/,
    ],
    [
      'a duration that is too long',
      { ...ASSUME, DurationSeconds: '43201' },
      'ValidationError',
      /less than or equal to 43200/,
    ],
    [
      'a session token for too long',
      { Action: 'GetSessionToken', DurationSeconds: '129601' },
      'ValidationError',
      /less than or equal to 129600/,
    ],
    [
      'a session name with a space',
      { ...ASSUME, RoleSessionName: 'a b' },
      'ValidationError',
      /'a b' at 'roleSessionName' .* regular expression/,
    ],
    ['a missing session name', { ...ASSUME, RoleSessionName: '' }, 'ValidationError', /length/],
    [
      'a role that is none',
      { ...ASSUME, RoleArn: 'arn:aws:iam::123456789012:user/x' },
      'ValidationError',
      /is invalid/,
    ],
    [
      'a role of another account',
      { ...ASSUME, RoleArn: 'arn:aws:iam::444455556666:role/x' },
      'AccessDenied',
      /user\/owner is not authorized to perform: sts:AssumeRole on resource: arn/,
    ],
    [
      'a code of a device',
      { Action: 'GetSessionToken', TokenCode: '123456', SerialNumber: 'arn' },
      'AccessDenied',
      /MultiFactorAuthentication/,
    ],
    ['a session policy', { ...ASSUME, Policy: '{}' }, 'NotImplemented', /session policies/],
    [
      'an unknown access key',
      ASSUME,
      'InvalidClientTokenId',
      /security token/,
      { as: { accessKeyId: 'nobody', secretAccessKey: 'x' } },
    ],
    [
      'a wrong secret',
      ASSUME,
      'SignatureDoesNotMatch',
      /Check your AWS Secret Access Key/,
      { as: { ...OWNER, secretAccessKey: 'wrong' } },
    ],
    [
      'a body that was not signed',
      ASSUME,
      'SignatureDoesNotMatch',
      /signature/,
      { payloadHash: sha256('Action=GetCallerIdentity') },
    ],
    ['a signature for S3', ASSUME, 'IncompleteSignature', /belongs to "sts"/, { service: 's3' }],
    [
      'a signature for another region',
      ASSUME,
      'IncompleteSignature',
      /eu-west-1/,
      { region: 'eu-west-1' },
    ],
    ['an old signature', ASSUME, 'SignatureDoesNotMatch', /time/, { secondsAgo: 1000 }],
  ]

  it.each(cases.map((each) => [each[0], each] as const))('names %s', async (_, each) => {
    const [, parameters, code, message, more] = each
    const refused = error(await ask(parameters, more))
    expect(refused).toMatchObject({ code, message: expect.stringMatching(message) })
    expect(refused.status).toBeGreaterThanOrEqual(400)
  })

  it('names a missing signature', async () => {
    const body = Buffer.from('Action=GetCallerIdentity&Version=2011-06-15')
    const type = 'application/x-www-form-urlencoded'
    const headers = { host: system.host, 'content-type': type }
    const reply = await exchange(server.endpoint, { method: 'POST', path: '/', headers, body })
    expect(error(reply)).toMatchObject({ status: 403, code: 'MissingAuthenticationToken' })
    expect(reply.xml).toMatchObject({ name: 'ErrorResponse' })
    expect(reply.headers['x-amzn-requestid']).toMatch(/^\w+$/)
  })

  it('of a session token goes to a session', async () => {
    const session = await keys(ASSUME)
    const reply = await ask({ Action: 'GetSessionToken' }, { as: session })
    expect(error(reply)).toMatchObject({ status: 403, code: 'AccessDenied' })
  })

  it('limits a chain of roles to an hour', async () => {
    const session = await keys(ASSUME)
    const reply = await ask({ ...ASSUME, DurationSeconds: '3601' }, { as: session })
    expect(error(reply)).toMatchObject({ code: 'ValidationError' })
  })

  it("goes to other sites' pages", async () => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://elsewhere.test',
    }
    const reply = await ask({ Action: 'GetCallerIdentity' }, { headers })
    expect(error(reply)).toMatchObject({ status: 403, code: 'AccessDenied' })
  })

  it('stays that of S3 for other requests to /', async () => {
    const raw = await system.signed({ method: 'POST', path: '/', now: clock, credentials: OWNER })
    expect(await system.send(raw)).toMatchObject({ status: 405, code: 'MethodNotAllowed' })
  })
})
