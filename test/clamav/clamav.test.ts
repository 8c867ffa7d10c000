/**
 * The recipe of docs/operate/scanning.md against Debian's clamd, end to end: the client uploads to the local S3, whose event
 * leads to arrival, which asks clamd.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { GetObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createArrival, readObjectEvent, type ScanObject, type Verdict } from 'waybill/arrival'
import { createUploader } from 'waybill/client'
import { type RunningServer, startServer, toNodeHandler } from 'waybill/node'
import { createSigner } from 'waybill/signer'
import { ensurePackages } from '../interop/servers/debian-packages.ts'
import { type Clamd, createClamd, EICAR } from './clamd-server.ts'
import { COPY, copyPage, shellOfPage } from './page.ts'

const run = promisify(execFile)
const MIB = 1024 ** 2
const BUCKET = 'uploads'
const SECRET = 'a secret of more than thirty-two characters'
/** A letter under the password `x`: `zip -P x`. */
const LOCKED_ZIP = Buffer.from(
  'UEsDBAoACQAAAG2ael1OZqSjGwAAAA8AAAAKAAAAbGV0dGVyLnR4dHC3tMnLfu/vSxqxLxs4Iyi2LquD6ey6BH15ilBLBwhOZqSjGwAAAA8A' +
    'AABQSwECHgMKAAkAAABtmnpdTmakoxsAAAAPAAAACgAAAAAAAAABAAAApIEAAAAAbGV0dGVyLnR4dFBLBQYAAAAAAQABADgAAABTAAAAAAA=',
  'base64',
)

const missing = await ensurePackages(['clamav-daemon'])
if (missing) console.warn(`\n  SKIPPED: the tests against ClamAV.\n  ${missing}\n`)

describe.skipIf(missing)("docs/operate/scanning.md's scanner", () => {
  let s3: StrictS3
  let client: S3Client
  let server: RunningServer
  let clamd: Clamd
  let scanWith: (address: object, maxSize?: number) => ScanObject
  const events: unknown[] = []

  beforeAll(async () => {
    await copyPage()
    scanWith = (await import(join(COPY, 'clamd.ts'))).clamd
    s3 = await startStrictS3({ buckets: [BUCKET] })
    s3.onObjectCreated((event) => events.push(event))
    const { region, endpoint, credentials } = s3
    client = new S3Client({ region, endpoint, credentials, forcePathStyle: true })
    const signer = createSigner({
      ...{ bucket: BUCKET, region, endpoint, credentials, secret: SECRET, allowedOrigins: [] },
      rules: { any: { types: ['*/*'], maxSize: '20 MiB', public: true } },
    })
    server = await startServer(toNodeHandler(signer), { graceMs: 0 })
    clamd = await createClamd({ StreamMaxLength: '9M', MaxFileSize: '6M' })
    await clamd.start()
  })
  afterAll(async () => {
    await clamd.close()
    await server.close()
    client.destroy()
    await s3.close()
    await rm(COPY, { recursive: true })
  })

  async function upload(bytes: Uint8Array | string, type = 'application/octet-stream') {
    const uploader = createUploader({ endpoint: server.url })
    const { key } = await uploader.upload(new File([bytes as BlobPart], 'a.bin', { type })).done
    return { key, event: events.at(-1) }
  }

  async function judge(event: unknown, maxSize = 6 * MIB): Promise<Verdict> {
    const { region, endpoint, credentials } = s3
    const scan = scanWith({ path: clamd.path }, maxSize)
    const place = { bucket: BUCKET, region, endpoint, credentials, secret: SECRET }
    return createArrival({ ...place, scan }).judge(readObjectEvent(event))
  }

  async function wordOf(key: string): Promise<string | undefined> {
    const { TagSet = [] } = await client.send(
      new GetObjectTaggingCommand({ Bucket: BUCKET, Key: key }),
    )
    return TagSet.find(({ Key }) => Key === 'waybill')?.Value
  }

  it.each([
    ['a small file', Buffer.from('hello')],
    ['a file of no bytes', Buffer.alloc(0)],
    ['a file of several ranges', plainFile(6 * MIB)],
  ])('verifies files that clamd finds clean: %s', async (_what, bytes) => {
    const { key, event } = await upload(bytes)
    expect(await judge(event)).toMatchObject({ verdict: 'verified' })
    expect(await wordOf(key)).toBe('verified')
  })

  it.each([
    ['alone', Buffer.from(EICAR)],
    ['behind the first range', Buffer.concat([plainFile(5 * MIB), Buffer.from(EICAR)])],
  ])('rejects EICAR as malware, %s', async (_what, bytes) => {
    const { key, event } = await upload(bytes)
    expect(await judge(event)).toMatchObject({
      verdict: 'rejected',
      reason: 'malware',
      message: expect.stringContaining('Eicar-Test'),
    })
    expect(await wordOf(key)).toBe('rejected')
  })

  it('verifies nothing while clamd is down, and everything once it is back', async () => {
    const clean = await upload('a letter')
    const infected = await upload(EICAR)
    await clamd.stop()
    for (const { key, event } of [clean, infected]) {
      await expect(judge(event)).rejects.toThrow('the scan failed: connect E')
      expect(await wordOf(key)).toBeUndefined()
    }
    await clamd.start()
    expect(await judge(clean.event)).toMatchObject({ verdict: 'verified' })
    expect(await judge(infected.event)).toMatchObject({ reason: 'malware' })
  })

  it('does not scan files that clamd would call OK without looking', async () => {
    const locked = await upload(LOCKED_ZIP, 'application/zip')
    expect(await judge(locked.event)).toMatchObject({
      verdict: 'not-scanned',
      reason: 'Heuristics.Encrypted.Zip',
    })
    const large = await upload(Buffer.concat([plainFile(7 * MIB), Buffer.from(EICAR)]))
    expect(await judge(large.event)).toMatchObject({ verdict: 'not-scanned', reason: 'TOO_LARGE' })
    expect(await judge(large.event, 8 * MIB)).toMatchObject({
      verdict: 'not-scanned',
      reason: 'Heuristics.Limits.Exceeded.MaxFileSize',
    })
    for (const { key } of [locked, large]) expect(await wordOf(key)).toBe('pending')
  })

  it('verifies nothing longer than StreamMaxLength, even if maxSize is wrong', async () => {
    const { key, event } = await upload(plainFile(12 * MIB))
    // clamd answers and hangs up in the middle: the answer is read first, or the line is found broken.
    const said = await judge(event, 20 * MIB).then(
      (verdict) => ('reason' in verdict ? verdict.reason : verdict.verdict),
      (error: Error) => error.message,
    )
    expect(said).toMatch(/^(TOO_LARGE|the scan failed: .*(EPIPE|ECONNRESET).*)$/)
    expect([undefined, 'pending']).toContain(await wordOf(key))
  })

  it('works when it is bundled as the page describes', async () => {
    const [, ...command] = (await shellOfPage()).trim().split(' ')
    await run(join(COPY, '../../node_modules/.bin/esbuild'), command, { cwd: COPY })
    // As in Lambda, where nothing lies beside it.
    const asset = temporaryFolder('waybill-arrival-')
    await cp(join(COPY, 'build/arrival'), asset, { recursive: true })
    const files = { clean: await upload('a letter'), infected: await upload(EICAR) }
    const script = `
      const { connect, createServer } = require('node:net')
      const { handler } = require('./index.js')
      // The page's function asks port 3310: what comes there goes to the socket of the test.
      const line = createServer((from) => from.pipe(connect(process.env.CLAMD_PATH)).pipe(from))
      line.listen(3310, process.env.CLAMD_HOST, async () => {
        const verdicts = {}
        for (const [name, event] of Object.entries(JSON.parse(process.env.EVENTS))) {
          verdicts[name] = (await handler(event)).verdict
        }
        line.close()
        console.log(JSON.stringify(verdicts))
      })`
    const { stdout } = await run(process.execPath, ['--eval', script], {
      cwd: asset,
      env: {
        AWS_REGION: s3.region,
        AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
        WAYBILL_BUCKET: BUCKET,
        WAYBILL_ENDPOINT: s3.endpoint,
        WAYBILL_SECRET: SECRET,
        // An address of its own, so that a clamd of this machine is not in the way.
        CLAMD_HOST: '127.86.65.89',
        CLAMD_PATH: clamd.path,
        EVENTS: JSON.stringify({ clean: files.clean.event, infected: files.infected.event }),
      },
    })
    // The lines before are the function's log.
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toEqual({
      clean: 'verified',
      infected: 'rejected',
    })
    expect(await wordOf(files.infected.key)).toBe('rejected')
  })
})

/** Bytes in which no signature and no archive is by chance: the same short text again and again. */
function plainFile(length: number): Buffer {
  return Buffer.alloc(length, 'nothing to be found here. ')
}
