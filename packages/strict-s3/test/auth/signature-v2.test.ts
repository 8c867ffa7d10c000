import { createHmac } from 'node:crypto'
import type { StrictS3Options } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import { exchange, type RawRequest } from '../../../../test/conformance/request/raw-request.ts'
import { amzHeadersOf, isSigned, signatureV2, stringToSignV2 } from '../../src/auth/signature-v2.ts'
import { readRequest } from '../../src/message/request.ts'
import type { Operation } from '../../src/operations/operation-row.ts'
import { OPERATIONS } from '../../src/operations/operation-table.ts'
import { start } from '../start.ts'
import { CREDENTIALS, VECTORS } from './signature-v2-vectors.ts'

const NOW = new Date('2026-01-31T12:00:00Z')
const HOUR = NOW.getTime() / 1000 + 3600
const WEEK = 604_800

/** The string to sign is written out, so that it does not come from the code under test. */
const sign = (text: string, secret = CREDENTIALS.secretAccessKey) =>
  createHmac('sha1', secret).update(text).digest('base64')

async function startSigV2(options: StrictS3Options = {}) {
  const { server, entries } = await start({
    credentials: [CREDENTIALS],
    now: () => NOW,
    ...options,
  })
  const { host } = new URL(server.endpoint)
  const send = (raw: Omit<RawRequest, 'headers'> & Partial<Pick<RawRequest, 'headers'>>) =>
    exchange(server.endpoint, { ...raw, headers: { host, ...raw.headers } })
  return { entries, send }
}

interface Presigned {
  readonly method?: string
  readonly path?: string
  /** What follows `?`, before the parameters of the signature. */
  readonly query?: string
  readonly expires?: number | string
  /** The lines of the string to sign. */
  readonly signed?: readonly string[]
  readonly accessKeyId?: string
}

function presigned({
  method = 'GET',
  path = '/uploads/a',
  query = '',
  expires = HOUR,
  signed = [method, '', '', String(expires), path],
  accessKeyId = CREDENTIALS.accessKeyId,
}: Presigned = {}) {
  const signature = encodeURIComponent(sign(signed.join('\n')))
  const parameters = `AWSAccessKeyId=${accessKeyId}&Expires=${expires}&Signature=${signature}`
  return { method, path: `${path}?${query}${parameters}` }
}

describe("AWS's published examples", () => {
  it.each(VECTORS)('$title', ({ method, target, bucketInHost, headers, date, signature }) => {
    const isCname = bucketInHost?.includes('.')
    const domain = isCname ? bucketInHost?.replace(/^[^.]*\./, '') : 's3.test'
    const host = isCname ? bucketInHost : `${bucketInHost ? `${bucketInHost}.` : ''}s3.test`
    const request = readRequest(
      {
        method,
        target,
        headers: { host: host ?? '', ...headers },
        headerSize: 0,
        body: (async function* () {})(),
        secure: false,
        tlsVersion: undefined,
        sourceAddress: '127.0.0.1',
        addressedHere: true,
      },
      isCname ? [] : [domain ?? ''],
      'id',
    )
    // A bucket with its own domain (CNAME) is not supported.
    const resource = isCname ? `/${bucketInHost}${request.resource}` : request.resource
    const text = stringToSignV2(
      { ...request, resource },
      date ?? headers.date ?? '',
      amzHeadersOf(request),
    )
    expect(signatureV2(CREDENTIALS.secretAccessKey, text)).toBe(signature)
  })

  it('cover every sub-resource but list-type', () => {
    const queries = Object.values<Operation>(OPERATIONS).flatMap(({ query }) => query ?? [])
    // Both list operations need the same permission.
    const unsigned = queries.filter(
      (query) => !query.split('&').every(isSigned) && !/&id$/.test(query),
    )
    expect(unsigned).toEqual(['list-type'])
  })
})

describe('startStrictS3', () => {
  it.each([
    ['us-east-1', 200],
    ['eu-west-1', 200],
    ['eu-central-1', 400],
    [['us-east-1', 'eu-central-1'], 200],
    [['eu-central-1', 'us-east-1'], 400],
  ])('in region %o, answers with %i', async (region, status) => {
    const { send } = await startSigV2({ region })
    expect((await send(presigned({ path: '/uploads/' }))).status).toBe(status)
  })
})

describe('in a region that AWS opened after 2014', () => {
  it.each([
    ['a presigned URL', () => presigned()],
    [
      'a signed header',
      () => ({
        method: 'GET',
        path: '/uploads/a',
        headers: { authorization: `AWS ${CREDENTIALS.accessKeyId}:x` },
      }),
    ],
  ])('rejects %s and logs how to sign with version 4', async (_what, request) => {
    const { send, entries } = await startSigV2({ region: 'eu-central-1' })
    const reply = await send(request())
    expect([reply.status, reply.code]).toEqual([400, 'InvalidRequest'])
    expect(reply.body.toString()).not.toContain('boto3')
    expect(entries[0]).toMatchObject({
      message: expect.stringMatching(
        /Config\(signature_version='s3v4'\).*aws configure set default\.s3\.signature_version s3v4/,
      ),
    })
  })
})

describe('a Signature Version 2 presigned URL', () => {
  it('stores and reads an object', async () => {
    const { send } = await startSigV2()
    expect(
      (await send({ ...presigned({ method: 'PUT' }), body: Buffer.from('hello') })).status,
    ).toBe(200)
    expect((await send(presigned())).body.toString()).toBe('hello')
  })

  it('signs the headers in its query', async () => {
    const { send } = await startSigV2()
    const signed = ['PUT', '', '', String(HOUR), 'x-amz-meta-color:red', '/uploads/a']
    const url = { method: 'PUT', query: 'x-amz-meta-color=red&', signed }
    expect((await send(presigned(url))).status).toBe(200)
    const other = { ...url, query: 'x-amz-meta-color=blue&' }
    expect((await send(presigned(other))).code).toBe('SignatureDoesNotMatch')
    const added = presigned({ ...url, query: 'x-amz-meta-color=red&x-amz-meta-size=1&' })
    expect((await send(added)).code).toBe('SignatureDoesNotMatch')
  })

  it('is valid until it expires, for at most a week', async () => {
    const { send } = await startSigV2()
    const now = NOW.getTime() / 1000
    await send({ ...presigned({ method: 'PUT' }), body: Buffer.from('x') })
    expect((await send(presigned({ expires: now }))).status).toBe(200)
    expect((await send(presigned({ expires: now + WEEK }))).status).toBe(200)
    for (const expires of [now - 1, now + WEEK + 1, '1e12', '-1', '']) {
      const { status, code } = await send(presigned({ expires }))
      expect({ expires, status, code }).toEqual({ expires, status: 403, code: 'AccessDenied' })
    }
  })

  it.each<[string, Presigned & { suffix?: string }, string]>([
    [
      'another method',
      { signed: ['PUT', '', '', String(HOUR), '/uploads/a'] },
      'SignatureDoesNotMatch',
    ],
    [
      'another key',
      { signed: ['GET', '', '', String(HOUR), '/uploads/b'] },
      'SignatureDoesNotMatch',
    ],
    [
      'a later end',
      { signed: ['GET', '', '', String(HOUR - 1), '/uploads/a'] },
      'SignatureDoesNotMatch',
    ],
    ['a sub-resource that was added', { query: 'acl&' }, 'SignatureDoesNotMatch'],
    ['a version that was added', { query: 'versionId=null&' }, 'SignatureDoesNotMatch'],
    [
      'a response header that was added',
      { query: 'response-content-type=text/html&' },
      'SignatureDoesNotMatch',
    ],
    ['a parameter that is never signed', { path: '/uploads', query: 'prefix=b&' }, 'AccessDenied'],
    ['its end twice', { suffix: `&Expires=${HOUR + 1}` }, 'AccessDenied'],
    ['an access key that does not exist', { accessKeyId: 'nobody' }, 'InvalidAccessKeyId'],
    [
      'a version that hides in another value',
      {
        query: 'response-content-type=a%26versionId=1&',
        signed: ['GET', '', '', String(HOUR), '/uploads/a?response-content-type=a&versionId=1'],
      },
      'AccessDenied',
    ],
    [
      'a header that hides in another',
      {
        method: 'PUT',
        query: 'x-amz-meta-a=1%0Ax-amz-meta-b:2&',
        signed: ['PUT', '', '', String(HOUR), 'x-amz-meta-a:1', 'x-amz-meta-b:2', '/uploads/a'],
      },
      'AccessDenied',
    ],
  ])('is refused with %s', async (_what, { suffix = '', ...url }, code) => {
    const { send } = await startSigV2()
    const { method, path } = presigned(url)
    const reply = await send({ method, path: path + suffix })
    expect([reply.status, reply.code]).toEqual([403, code])
  })

  it('is refused when a header has been added', async () => {
    const { send } = await startSigV2()
    const headers = { 'x-amz-acl': 'bucket-owner-full-control' }
    const reply = await send({ ...presigned({ method: 'PUT' }), headers })
    expect(reply.code).toBe('SignatureDoesNotMatch')
    const typed = await send({
      ...presigned({ method: 'PUT' }),
      headers: { 'content-type': 'text/html' },
    })
    expect(typed.code).toBe('SignatureDoesNotMatch')
  })
})

describe('a presigned URL of boto3', () => {
  it('repeats the content type, which must match the one that is sent', async () => {
    const { send } = await startSigV2()
    const url = presigned({
      method: 'PUT',
      query: 'content-type=text%2Fplain&',
      signed: ['PUT', '', 'text/plain', String(HOUR), '/uploads/a'],
    })
    const as = (type: string) => send({ ...url, headers: { 'content-type': type } })
    expect((await as('text/plain')).status).toBe(200)
    expect((await as('text/html')).code).toBe('SignatureDoesNotMatch')
    expect((await send(url)).code).toBe('SignatureDoesNotMatch')
  })
})

describe('a Signature Version 2 Authorization header', () => {
  const authorized = (text: string, headers: Record<string, string>) => ({
    method: 'GET',
    path: '/uploads?prefix=a',
    headers: { ...headers, authorization: `AWS ${CREDENTIALS.accessKeyId}:${sign(text)}` },
  })

  it('lists a bucket', async () => {
    const { send } = await startSigV2()
    const date = NOW.toUTCString()
    expect((await send(authorized(`GET\n\n\n${date}\n/uploads`, { date }))).status).toBe(200)
    const slash = authorized(`GET\n\n\n${date}\n/uploads/`, { date })
    expect((await send(slash)).status).toBe(200)
    const alternative = authorized(`GET\n\n\n\nx-amz-date:${date}\n/uploads`, {
      'x-amz-date': date,
    })
    expect((await send(alternative)).status).toBe(200)
  })

  it('is refused with a wrong signature, or with an old or missing date', async () => {
    const { send } = await startSigV2()
    const date = NOW.toUTCString()
    const old = new Date(NOW.getTime() - 901_000).toUTCString()
    const codes = [
      await send(authorized('GET', { date })),
      await send(authorized(`GET\n\n\n${old}\n/uploads`, { date: old })),
      await send(authorized('GET\n\n\n\n/uploads', {})),
    ].map(({ code }) => code)
    expect(codes).toEqual(['SignatureDoesNotMatch', 'RequestTimeTooSkewed', 'AccessDenied'])
  })
})

describe('a Signature Version 2 form', () => {
  it('is verified by its policy', async () => {
    const { send } = await startSigV2()
    const policy = Buffer.from(
      JSON.stringify({
        expiration: new Date(HOUR * 1000).toISOString(),
        conditions: [{ bucket: 'uploads' }, { key: 'form' }],
      }),
    ).toString('base64')
    const form = (signature: string, missing?: string) => {
      const fields = { key: 'form', AWSAccessKeyId: CREDENTIALS.accessKeyId, policy, signature }
      const kept = Object.entries(fields).filter(([name]) => name.toLowerCase() !== missing)
      const parts = kept.map(
        ([name, value]) =>
          `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
      )
      const file = '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nhello\r\n--x--\r\n'
      return {
        method: 'POST',
        path: '/uploads',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body: Buffer.from(parts.join('') + file),
      }
    }
    expect((await send(form(sign(policy)))).status).toBe(204)
    expect((await send(form(sign(policy, 'other')))).code).toBe('SignatureDoesNotMatch')
    for (const name of ['AWSAccessKeyId', 'Signature']) {
      const reply = await send(form(sign(policy), name.toLowerCase()))
      expect(reply.body.toString()).toMatch(
        new RegExp(`must contain a field named (&apos;|')${name}.*<ArgumentName>${name}<`),
      )
    }
  })
})
