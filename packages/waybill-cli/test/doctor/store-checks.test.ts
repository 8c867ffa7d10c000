/**
 * What a store enforces, and that nothing is left: on the local S3 behind a proxy that can make it
 * answer otherwise.
 *
 * @module
 */

import { PassThrough } from 'node:stream'
import {
  type Asked,
  type Given,
  refused,
  sendOn,
  startStandIn,
} from '@waybill/test-support/stand-in'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createS3Context, putPresigned } from 'waybill/internal/storage'
import { signRequest } from 'waybill-s3'
import { createTerminal } from '../../../command-line/src/terminal.ts'
import { printRows } from '../../src/doctor/check.ts'
import { keysBelow, removeBelow } from '../../src/doctor/clean-up.ts'
import type { Store } from '../../src/doctor/run.ts'
import { STORE_CHECKS, storeCheck } from '../../src/doctor/store-checks.ts'

const ORIGIN = 'https://app.example.com'

/** What the store answers in place of the right answer; `undefined` leaves that. */
type Otherwise = (asked: Asked, right: () => Promise<Required<Given>>) => Promise<Given | undefined>

async function startStore(
  otherwise: Otherwise = async () => undefined,
  secretAccessKey = 'waybill-local-secret',
): Promise<Store> {
  const cors = [
    { allowedOrigins: [ORIGIN], allowedMethods: ['GET', 'PUT', 'POST'], allowedHeaders: ['*'] },
  ] as const
  const s3 = await startStrictS3({ buckets: [{ name: 'uploads', cors }] })
  const proxy = await startStandIn(async (asked) => {
    const right = () => sendOn(s3.endpoint, asked)
    return (await otherwise(asked, right)) ?? right()
  })
  onTestFinished(async () => {
    await proxy.close()
    await s3.close()
  })
  const { region, credentials, endpoint } = s3
  const place = { bucket: 'uploads', region, credentials }
  const query = { versioning: '' }
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  const { url, headers } = await signRequest({ ...place, endpoint, method: 'PUT', query })
  expect((await fetch(url, { method: 'PUT', headers, body })).status).toBe(200)
  const context = createS3Context({
    ...place,
    endpoint: proxy.url,
    credentials: { ...credentials, secretAccessKey },
    effects: { wait: async () => undefined },
  })
  return { s3: context, folder: 'waybill-doctor/a-run/', origin: ORIGIN }
}

const store = ({ s3, folder }: Store, name = 'first') =>
  putPresigned(s3, { key: `${folder}${name}`, body: 'x' })

/** Takes what it refuses with the code. */
function taking(code: string, status = 200): Otherwise {
  return async (_, right) => {
    const answer = await right()
    return String(answer.body).includes(`<Code>${code}</Code>`) ? { status } : answer
  }
}

/** Sends no such header. */
function withoutHeader(name: string): Otherwise {
  return async (_, right) => {
    const answer = await right()
    const { [name]: _dropped, ...headers } = answer.headers
    return { ...answer, headers }
  }
}

function lacking(when: (method: string, query: URLSearchParams) => boolean): Otherwise {
  return async ({ method, query }) =>
    when(method, query) ? refused(501, 'NotImplemented') : undefined
}

const noTags: Otherwise = async ({ query, method }) =>
  method === 'GET' && query.has('tagging')
    ? { status: 200, body: '<Tagging><TagSet></TagSet></Tagging>' }
    : undefined

let completions = 0
const secondComplete: Otherwise = async ({ method, query }) => {
  if (method !== 'POST' || !query.has('uploadId')) return undefined
  completions += 1
  return completions === 2 ? refused(400, 'InvalidRequest') : undefined
}

const OTHERWISE: Readonly<Record<string, Otherwise>> = {
  form: lacking((method, query) => method === 'POST' && query.size === 0),
  'form-fields': taking('AccessDenied', 204),
  'form-type': taking('AccessDenied', 204),
  'form-size': taking('EntityTooLarge', 204),
  'form-checksum': taking('BadDigest', 204),
  'form-tags': noTags,
  'form-limit': async (asked) =>
    asked.body.length > 15_000 ? refused(400, 'MaxPostPreDataLengthExceeded') : undefined,
  // A store that does not look at unsigned headers goes on to compare the digest.
  'put-headers': async (_, right) => {
    const answer = await right()
    const isRefused = String(answer.body).includes('<Code>AccessDenied</Code>')
    return isRefused ? refused(400, 'BadDigest') : answer
  },
  'put-length': taking('SignatureDoesNotMatch'),
  'put-checksum': taking('BadDigest'),
  'put-if-none-match': taking('PreconditionFailed'),
  'put-tags': noTags,
  versions: withoutHeader('x-amz-version-id'),
  'multipart-checksum': taking('BadDigest'),
  'multipart-if-none-match': taking('PreconditionFailed'),
  'complete-twice': secondComplete,
  'cors-refusals': withoutHeader('access-control-allow-origin'),
}

async function verdicts(of: Store): Promise<Record<string, string>> {
  const seen: Record<string, string> = {}
  for (const check of STORE_CHECKS) seen[check.name] = (await check.see(of)).verdict
  return seen
}

const eachOf = (verdict: string) =>
  Object.fromEntries(STORE_CHECKS.map(({ name }) => [name, verdict]))

describe('STORE_CHECKS', () => {
  it('pass for a store that behaves like AWS, and leave nothing behind', async () => {
    const right = await startStore()
    expect(await verdicts(right)).toEqual(eachOf('ok'))
    expect((await removeBelow(right.s3, right.folder)).kept).toEqual([])
    expect(await keysBelow(right.s3, '')).toEqual([])
  })

  it.each(Object.entries(OTHERWISE))(
    'notice that a store behaves differently: %s',
    async (name, otherwise) => {
      const { verdict } = await storeCheck(name).see(await startStore(otherwise))
      // Versions are the user's choice.
      expect(verdict).toBe(name === 'versions' ? 'not seen' : 'differs')
    },
  )

  it('each have a store that fails them', () => {
    expect(Object.keys(OTHERWISE)).toEqual(STORE_CHECKS.map(({ name }) => name))
  })

  it.each([
    ['form', 'form', 'ok'],
    ['form-checksum', 'form-checksum', 'ok'],
    ['form', undefined, 'differs'],
    ['put-if-none-match', 'put-if-none-match', 'differs'],
    ['put-if-none-match', undefined, 'ok'],
    ['put-tags', 'put-tags', 'ok'],
    ['put-checksum', 'put-checksum', 'differs'],
  ])(
    'compare a hosted store with the documentation of its vendor: %s, lacking %s, %s',
    async (name, lacking = '', expected) => {
      const store = await startStore(OTHERWISE[lacking])
      const location = { ...store.s3.location, endpoint: 'https://a.r2.cloudflarestorage.com' }
      const finding = await storeCheck(name).see({ ...store, s3: { ...store.s3, location } })
      expect(finding.verdict).toBe(expected)
      const isUnlikeDocs = expected === 'differs' && name !== 'put-checksum'
      const told = 'but Cloudflare R2 documents otherwise'
      expect(finding.got.includes(told)).toBe(isUnlikeDocs)
    },
  )

  it.each([
    ['refuses the keys', undefined, 'another secret'],
    ['breaks', async () => ({ status: 500 }), undefined],
    ['is busy', async () => refused(503, 'SlowDown'), undefined],
  ] as const)('prove nothing about a store that %s', async (_, otherwise, secret) => {
    expect(await verdicts(await startStore(otherwise, secret))).toEqual(eachOf('not seen'))
  })
})

describe('removeBelow', () => {
  it('deletes all versions, and incomplete uploads', async () => {
    const right = await startStore()
    await storeCheck('put-if-none-match').see(right)
    await storeCheck('put-checksum').see(right)
    await store({ ...right, folder: 'other/' })
    expect((await keysBelow(right.s3, '')).length).toBe(3)
    expect(await removeBelow(right.s3, right.folder)).toEqual({ removed: 2, kept: [] })
    expect(await keysBelow(right.s3, '')).toEqual(['other/first'])
  })

  it.each([
    ['versions', '<Version><Key>other/first</Key></Version>'],
    ['uploads', '<Upload><Key>other/first</Key><UploadId>u</UploadId></Upload>'],
    ['list-type', '<Contents><Key>other/first</Key></Contents>'],
  ])("deletes nobody else's data if a store ignores the prefix of %s", async (list, all) => {
    const removals: string[] = []
    const lax = await startStore(async ({ method, path, query }, right) => {
      if (method === 'DELETE') removals.push(path)
      // Without a list of versions, the objects are listed.
      if (list === 'list-type' && query.has('versions')) return refused(501, 'NotImplemented')
      return query.has(list) ? { status: 200, body: `<ListResult>${all}</ListResult>` } : right()
    })
    expect(await removeBelow(lax.s3, lax.folder)).toEqual({ removed: 0, kept: [] })
    expect(await keysBelow(lax.s3, lax.folder)).toEqual([])
    expect(removals).toEqual([])
  })

  it('names locked objects that it could not delete', async () => {
    const locked = await startStore(async ({ method }) =>
      method === 'DELETE' ? refused(403, 'AccessDenied') : undefined,
    )
    await store(locked)
    const kept = { key: `${locked.folder}first`, versionId: expect.any(String) }
    expect(await removeBelow(locked.s3, locked.folder)).toEqual({
      removed: 0,
      kept: [{ ...kept, answer: '403 AccessDenied' }],
    })
  })

  it('deletes objects if a store cannot list versions', async () => {
    const plain = await startStore(lacking((_, query) => query.has('versions')))
    await store(plain)
    expect(await removeBelow(plain.s3, plain.folder)).toEqual({ removed: 1, kept: [] })
    expect(await keysBelow(plain.s3, plain.folder)).toEqual([])
  })
})

describe('printRows', () => {
  it("keeps a store's response on its line", () => {
    const stdout = new PassThrough()
    const got = '500 gone\nok        Forged\u001b[2J'
    const row = { group: 'g', title: 'A check', sent: 'GET /', got, fix: 'it', essential: true }
    printRows(createTerminal(stdout, new PassThrough()), [{ ...row, verdict: 'differs' }], 1)
    expect(String(stdout.read())).toContain('500 gone\\u000aok        Forged\\u001b[2J')
  })
})
