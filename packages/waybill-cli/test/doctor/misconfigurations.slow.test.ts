/**
 * `waybill doctor` finds each misconfiguration, and what it prints repairs it: a page in Chromium
 * cannot upload before, and can afterwards.
 *
 * Slow: each case starts the program twice.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import {
  type CORSRule,
  CreateBucketCommand,
  GetBucketCorsCommand,
  type ObjectOwnership,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { FOREIGN_HOST, sharedChromium } from '@waybill/test-support/chromium'
import { SECRET } from '@waybill/test-support/signing'
import { type Asked, type Given, sendOn, startStandIn } from '@waybill/test-support/stand-in'
import {
  HAS_TERMINAL,
  type ProcessOptions,
  startWaybill,
  temporaryDirectory,
} from '@waybill/test-support/waybill-process'
import type { Page } from 'playwright'
import { startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import { signRequest } from 'waybill-s3'

const KEYS = { accessKeyId: 'doc', secretAccessKey: 'doc-secret' }
const REGION = 'us-east-1'
const MINUTES = 60_000
const MIB = 1024 ** 2
const rules = { photos: { types: ['image/png'], maxSize: 20 * MIB, public: true as const } }

/** What a case can spoil. */
const RIGHT = {
  keys: KEYS,
  region: REGION,
  /** By how much the store's clock is ahead. */
  aheadMs: 0,
  /** The actions that no policy of the user allows. */
  denied: [] as readonly string[],
  /** Whether a proxy sends on another `Host`. */
  rewritesHost: false,
  allowedOrigins: [] as readonly string[],
  /** Whether the signer is one that had no version yet. */
  isOld: false,
  page: 'localhost',
  /** @default the proxy before the store */
  endpoint: '',
}

let scene = { ...RIGHT }
const set = (changed: Partial<typeof RIGHT>) => void Object.assign(scene, changed)
let bucket = ''
let page: Page
let client: S3Client
let servers: { s3: string; proxy: string; page: number; signer: string }
const closing: (() => Promise<unknown>)[] = []

const originOf = (host = scene.page) => `http://${host}:${servers.page}`
async function remove(setting: string): Promise<void> {
  const query = { [setting]: '' }
  const place = { bucket, region: REGION, endpoint: servers.s3, credentials: KEYS }
  const { url, headers } = await signRequest({ ...place, method: 'DELETE', query })
  expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(204)
}

beforeAll(async () => {
  const s3 = await startStrictS3({
    credentials: [KEYS],
    now: () => new Date(Date.now() + scene.aheadMs),
  })
  const proxy = await startStandIn(
    async (asked) => denial(asked) ?? sendOn(s3.endpoint, rewritten(asked)),
  )
  const signer = createServer((request, response) => {
    const { keys: credentials, region, allowedOrigins } = scene
    const options = { bucket, region, credentials, allowedOrigins, endpoint: proxy.url }
    const made = createSigner({ ...options, secret: SECRET, rules, onError: () => {} })
    toNodeHandler(made)(request, response)
  })
  const front = await startStandIn(async (asked) => {
    const given = await sendOn(`http://127.0.0.1:${portOf(signer)}`, asked)
    if (!scene.isOld || asked.path !== '/rules') return given
    const { version: _, ...body } = JSON.parse(String(given.body))
    return { status: given.status, body: JSON.stringify(body) }
  })
  const pages = createServer((_, response) =>
    response.end('<!doctype html><html><title>page</title>'),
  )
  for (const server of [signer, pages]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => new Promise((resolve) => server.close(resolve)))
    closing.push(async () => server.closeAllConnections())
  }
  closing.push(proxy.close, front.close, () => s3.close())
  servers = { s3: s3.endpoint, proxy: proxy.url, page: portOf(pages), signer: front.url }
  client = new S3Client({
    region: REGION,
    endpoint: s3.endpoint,
    credentials: KEYS,
    forcePathStyle: true,
  })
  closing.push(async () => client.destroy())
  page = await (await sharedChromium()).newPage()
  closing.push(() => page.close())
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
})

function portOf(server: ReturnType<typeof createServer>): number {
  return Object(server.address()).port
}

/** What AWS answers if no policy of the user allows an action. */
function denial({ method, path, query, headers }: Asked): Given | undefined {
  const isBucket = path.split('/').slice(2).join('') === ''
  const reads = query.has('tagging') ? 's3:GetObjectTagging' : 's3:GetObject'
  const ofKey: Record<string, string> = {
    GET: query.has('uploadId') ? 's3:ListMultipartUploadParts' : reads,
    HEAD: 's3:GetObject',
    PUT: 's3:PutObject',
    POST: 's3:PutObject',
    DELETE: query.has('uploadId') ? 's3:AbortMultipartUpload' : 's3:DeleteObject',
  }
  const ofBucket = query.has('uploads') ? 's3:ListBucketMultipartUploads' : 's3:ListBucket'
  const isList = query.has('uploads') || query.has('list-type')
  const actions = [
    isBucket && method === 'GET' ? (isList ? ofBucket : '') : ofKey[method],
    headers['x-amz-tagging'] === undefined ? '' : 's3:PutObjectTagging',
  ]
  const action = actions.find((each) => each && scene.denied.includes(each))
  if (!action) return undefined
  const text = `User: arn:aws:iam::123456789012:user/doc is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`
  const body = `<Error><Code>AccessDenied</Code><Message>${text}</Message></Error>`
  return { status: 403, headers: { 'access-control-allow-origin': '*' }, body }
}

function rewritten(asked: Asked): Asked {
  if (!scene.rewritesHost) return asked
  return { ...asked, headers: { ...asked.headers, host: `localhost:${new URL(servers.s3).port}` } }
}

const LIFECYCLE = {
  ID: 'abort',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
} as const

const corsRule = (origin: string): CORSRule => ({
  AllowedOrigins: [origin],
  AllowedMethods: ['PUT', 'POST'],
  AllowedHeaders: ['*'],
  ExposeHeaders: ['ETag'],
})

const putCors = (rule: CORSRule) =>
  client.send(
    new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: [rule] } }),
  )

let count = 0
beforeEach(async () => {
  scene = { ...RIGHT, allowedOrigins: [originOf('localhost'), originOf(FOREIGN_HOST)] }
  count += 1
  bucket = `uploads-${count}`
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  await configure()
})

/** Uploads a file from the page, as docs/reference/protocol.md has it. */
async function upload(): Promise<string> {
  await page.goto(originOf())
  return page.evaluate(async (endpoint) => {
    const call = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      return (await fetch(`${endpoint}${path}`, init)).json()
    }
    try {
      const bytes = new Uint8Array(100)
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
      const sha256 = btoa(String.fromCharCode(...hash))
      const file = { name: 'a.png', size: bytes.length, type: 'image/png', sha256 }
      const [grant] = (await call('', { files: [file] })).uploads
      const form = new FormData()
      for (const [name, value] of Object.entries(grant.presignedPost.fields)) {
        form.append(name, String(value))
      }
      form.append('file', new Blob([bytes]))
      await fetch(grant.presignedPost.url, { method: 'POST', body: form })
      return (await call('/complete', { waybill: grant.waybill })).verifiedBy
    } catch (error) {
      return String(error)
    }
  }, servers.signer)
}

async function configure(): Promise<void> {
  await putCors(corsRule(originOf()))
  const LifecycleConfiguration = { Rules: [LIFECYCLE] }
  await client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration }),
  )
}

/** @param of - What to examine. The program gets keys only for a bucket. */
async function doctor(
  of: 'bucket' | 'signer',
  args: readonly string[] = [],
  options: ProcessOptions = {},
) {
  const target =
    of === 'signer'
      ? ['--signer', servers.signer]
      : [
          '--bucket',
          bucket,
          '--endpoint',
          scene.endpoint || servers.proxy,
          '--region',
          scene.region,
        ]
  const { accessKeyId, secretAccessKey } = scene.keys
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
  const started = startWaybill(['doctor', ...target, '--origin', originOf(), ...args], {
    env: of === 'signer' ? {} : keys,
    ...options,
  })
  const code = await started.exit
  return { code, stdout: started.stdout(), stderr: started.stderr() }
}

interface Misconfiguration {
  readonly title: string
  /** @default what examines the bucket */
  readonly of?: 'bucket' | 'signer'
  spoil(): Promise<unknown> | undefined
  /** Whether uploads work all the same. @default false */
  readonly isHarmless?: boolean
  readonly prints: RegExp
  /** Applies what was printed. */
  fix(printed: string): Promise<unknown> | undefined
}

/** The JSON that was printed to copy. */
const json = (printed: string) => JSON.parse(/^ +(\{\n[\s\S]*?^ {10}\})/m.exec(printed)?.[1] ?? '')
const DENY = {
  Sid: 'OnlyFromTheOffice',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:Put*',
  Resource: 'RESOURCE',
}
const ACTIONS = [
  's3:PutObject',
  's3:GetObject',
  's3:ListBucket',
  's3:ListMultipartUploadParts',
  's3:AbortMultipartUpload',
  's3:ListBucketMultipartUploads',
  's3:PutObjectTagging',
  's3:GetObjectTagging',
]

const CASES: readonly Misconfiguration[] = [
  {
    title: 'a bucket that does not exist',
    spoil: () => {
      bucket = `not-there-${count}`
    },
    prints: /404 NoSuchBucket[\s\S]*aws s3api create-bucket --bucket not-there/,
    fix: async (printed) => {
      const [, Bucket] = /--bucket (\S+)/.exec(printed) ?? []
      await client.send(new CreateBucketCommand({ Bucket }))
      await configure()
    },
  },
  {
    title: 'an endpoint where nothing listens',
    spoil: () => set({ endpoint: 'http://127.0.0.1:9' }),
    isHarmless: true,
    prints: /DIFFERS +The store's address[\s\S]*correct the port|does not\s+answer/,
    fix: () => set({ endpoint: '' }),
  },
  {
    title: 'an endpoint that is a web page',
    spoil: () => set({ endpoint: originOf() }),
    isHarmless: true,
    prints: /DIFFERS +The store's address[\s\S]*a web page[\s\S]*Correct the endpoint/,
    fix: () => set({ endpoint: '' }),
  },
  {
    title: 'ACLs that are on',
    spoil: () => remove('ownershipControls'),
    isHarmless: true,
    prints: /DIFFERS +Object ownership[\s\S]*ObjectOwnership=BucketOwnerEnforced/,
    fix: (printed) => {
      const [, ObjectOwnership] = /ObjectOwnership=(BucketOwnerEnforced)/.exec(printed) ?? []
      const OwnershipControls = { Rules: [{ ObjectOwnership: ObjectOwnership as ObjectOwnership }] }
      return client.send(
        new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls }),
      )
    },
  },
  {
    title: 'no CORS',
    spoil: () => remove('cors'),
    prints: /DIFFERS +The page's origin in CORS[\s\S]*for POST 403 AccessForbidden/,
    fix: (printed) => putCors(json(printed)),
  },
  {
    title: 'no lifecycle rule',
    spoil: () => remove('lifecycle'),
    isHarmless: true,
    prints: /DIFFERS +Incomplete uploads[\s\S]*NoSuchLifecycleConfiguration/,
    fix: () => doctor('bucket', ['--fix', '--yes']),
  },
  {
    title: 'no public access block',
    spoil: () => remove('publicAccessBlock'),
    isHarmless: true,
    prints: /DIFFERS +Public access[\s\S]*not blocked:\s+BlockPublicAcls/,
    fix: () => doctor('bucket', ['--fix', '--yes']),
  },
  ...(['bucket', 'signer'] as const).flatMap((of): Misconfiguration[] => [
    {
      title: 'another region',
      of,
      spoil: () => set({ region: 'eu-west-1' }),
      prints: /signed for eu-west-1[\s\S]*region: 'us-east-1'/,
      fix: (printed) => set({ region: /region: '([\w-]+)'/.exec(printed)?.[1] ?? '' }),
    },
    {
      title: 'another secret access key',
      of,
      spoil: () => set({ keys: { ...KEYS, secretAccessKey: 'wrong' } }),
      prints: /SignatureDoesNotMatch[\s\S]*the secret access key does not belong/,
      fix: () => set({ keys: KEYS }),
    },
    {
      title: 'an unknown access key',
      of,
      spoil: () => set({ keys: { ...KEYS, accessKeyId: 'other' } }),
      prints: /InvalidAccessKeyId[\s\S]*does not know this access key/,
      fix: () => set({ keys: KEYS }),
    },
    {
      title: 'a clock that is 20 minutes slow',
      of,
      spoil: () => set({ aheadMs: 20 * MINUTES }),
      prints: /clock is 20 min slow[\s\S]*set the clock of/,
      fix: () => set({ aheadMs: 0 }),
    },
    {
      title: 'a proxy that rewrites Host',
      of,
      spoil: () => set({ rewritesHost: true }),
      prints: /SignatureDoesNotMatch[\s\S]*proxy_set_header\s+Host/,
      fix: () => set({ rewritesHost: false }),
    },
    {
      title: 'a page on http',
      of,
      spoil: async () => {
        scene.page = FOREIGN_HOST
        await putCors(corsRule(originOf()))
      },
      prints: /DIFFERS +The page[\s\S]*is not secure[\s\S]*over https/,
      fix: async () => {
        scene.page = 'localhost'
        await configure()
      },
    },
  ]),
  ...ACTIONS.map(
    (action): Misconfiguration => ({
      title: `no ${action}`,
      spoil: () => set({ denied: [action] }),
      isHarmless: !/^s3:(?:Put|Get)Object$/.test(action),
      prints: new RegExp(`DIFFERS +${action}\\n[\\s\\S]*no identity-based policy`),
      fix: (printed) => {
        const { Effect, Action, Resource } = json(printed)
        expect({ Effect, Resource }).toEqual({
          Effect: 'Allow',
          Resource: `arn:aws:s3:::${bucket}${action.includes('Bucket') ? '' : '/*'}`,
        })
        scene.denied = scene.denied.filter((each) => each !== Action)
      },
    }),
  ),
  {
    title: 'a bucket policy that denies',
    spoil: () => {
      const Statement = [{ ...DENY, Resource: `arn:aws:s3:::${bucket}/*` }]
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
      return client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }))
    },
    prints: /DIFFERS +s3:PutObject\n[\s\S]*the bucket policy denies it[\s\S]*OnlyFromTheOffice/,
    fix: (printed) => {
      expect(json(printed)).toEqual({ ...DENY, Resource: `arn:aws:s3:::${bucket}/*` })
      return remove('policy')
    },
  },
  {
    title: 'a signer that may not store',
    of: 'signer',
    spoil: () => set({ denied: ['s3:PutObject'] }),
    prints: /DIFFERS +A small file[\s\S]*403 AccessDenied[\s\S]*with --bucket/,
    fix: async () => {
      const { stdout } = await doctor('bucket')
      scene.denied = scene.denied.filter((each) => each !== json(stdout).Action)
    },
  },
  {
    title: "an origin that the signer's allowedOrigins lacks",
    of: 'signer',
    spoil: () => set({ allowedOrigins: ['https://app.example.com'] }),
    prints: /DIFFERS +The page's origin at the signer[\s\S]*allowedOrigins/,
    fix: () => set({ allowedOrigins: [originOf()] }),
  },
  {
    title: 'no CORS, seen through the signer',
    of: 'signer',
    spoil: () => remove('cors'),
    prints: /DIFFERS +A small file[\s\S]*for POST 403 AccessForbidden/,
    fix: (printed) => putCors(json(printed)),
  },
  {
    title: 'an old deployment',
    of: 'signer',
    spoil: () => set({ isOld: true }),
    isHarmless: true,
    prints: /DIFFERS +The signer's version[\s\S]*deploy the signer with version 0/,
    fix: () => set({ isOld: false }),
  },
]

describe('the fix that doctor prints works for', () => {
  it.each(CASES.map((each) => [`${each.of ?? 'bucket'}: ${each.title}`, each] as const))(
    '%s',
    async (_, { of = 'bucket', spoil, isHarmless, prints, fix }) => {
      await spoil()
      if (isHarmless) expect(await upload()).toBe('SHA256')
      else expect(await upload()).not.toBe('SHA256')
      const found = await doctor(of)
      expect(found).toMatchObject({ code: 1, stderr: '', stdout: expect.stringMatching(prints) })
      for (const line of found.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
      await fix(found.stdout)
      const repaired = await doctor(of)
      expect(repaired).toMatchObject({ code: 0, stdout: expect.not.stringContaining('DIFFERS') })
      expect(await upload()).toBe('SHA256')
    },
  )
})

describe('waybill doctor', () => {
  it('prepares an empty bucket for a page with one command, and writes no secret', async () => {
    for (const setting of ['cors', 'lifecycle', 'publicAccessBlock']) await remove(setting)
    const record = join(await temporaryDirectory(), 'seen.json')
    const { code, stdout } = await doctor('bucket', ['--fix', '--yes', '--record', record])
    expect({ code, unseen: /\d+ not seen/.exec(stdout)?.[0] }).toEqual({
      code: 0,
      unseen: '1 not seen',
    })
    expect(stdout).toContain('public access block of uploads')
    expect(await upload()).toBe('SHA256')
    const written = await readFile(record, 'utf8')
    expect(JSON.parse(written).checks).toHaveLength(37)
    for (const secret of [KEYS.secretAccessKey, 'X-Amz-Signature', 'AWS4-HMAC', 'policy=']) {
      expect(stdout + written).not.toContain(secret)
    }
  })

  it("keeps the bucket's existing rules", async () => {
    await putCors(corsRule('https://other.example.com'))
    await doctor('bucket', ['--fix', '--yes'])
    const { CORSRules = [] } = await client.send(new GetBucketCorsCommand({ Bucket: bucket }))
    expect(CORSRules.map(({ AllowedOrigins }) => AllowedOrigins)).toEqual([
      [originOf()],
      ['https://other.example.com'],
    ])
  })

  it.skipIf(!HAS_TERMINAL)('asks before it writes, in color, within 80 columns', async () => {
    await remove('cors')
    const terminal = { columns: 80, input: 'n\n' }
    const { stdout } = await doctor('bucket', ['--fix'], terminal)
    expect(stdout).toContain('Nothing was written.')
    expect(stdout).toContain('\u001b[31mDIFFERS')
    // Progress is overwritten.
    const lines = stdout.split('\n').map((line) => line.split('\u001b[J').at(-1) ?? '')
    expect(await upload()).not.toBe('SHA256')
    for (const line of lines) {
      expect(stripVTControlCharacters(line).trim().length).toBeLessThanOrEqual(80)
    }
  })

  it.each([
    [[], 2, /doctor needs --bucket, --signer or --stack/],
    [['--stack', 'a', '--fix'], 2, /--fix needs --bucket/],
    [['--bucket', 'uploads', '--fix'], 2, /nobody can answer here: add --yes/],
    [['--signer', 'ftp://x'], 2, /--signer is 'ftp:\/\/x'/],
    [['--signer', 'http://x', '--origin', 'app'], 2, /--origin is 'app', expected/],
    [['--bucket', 'b'], 2, /bucket is 'b', expected 3 to 63 lower-case/],
    [['--signer', 'http://x', '--wait', 'long'], 2, /--wait is 'long'/],
  ])('explains what is wrong with %j', async (args, exit, message) => {
    const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: REGION }
    const started = startWaybill(['doctor', ...args], {
      env: { ...env, AWS_ENDPOINT_URL: servers.proxy },
    })
    expect(await started.exit).toBe(exit)
    expect(started.stderr()).toMatch(message)
  })
})
