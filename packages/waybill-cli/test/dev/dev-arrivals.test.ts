import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { PLAIN } from '@waybill/command-line/event-line'
import { MP4, PNG } from '@waybill/test-support/samples'
import { listObjects, postForm, signedForm } from '@waybill/test-support/upload-form'
import {
  type DevProcess,
  sharedDev,
  startDev,
  temporaryDirectory,
} from '@waybill/test-support/waybill-process'
import { NO_SIGNALS, ON_WINDOWS } from '@waybill/test-support/windows'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { signRequest } from 'waybill-s3'
import { type DevArrivals, startArrivals } from '../../src/dev/dev-arrivals.ts'

const running = sharedDev()

const BUCKET = 'uploads'
const CREDENTIALS = { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' }

/** Uploads by a form as a picture, whatever it is. @returns The key. */
async function uploadPicture(dev: DevProcess, bytes: Buffer<ArrayBuffer>): Promise<string> {
  const query = { name: 'a.png', type: 'image/png', size: String(bytes.length) }
  const form = await signedForm(dev.signerUrl, query)
  expect((await postForm(form, bytes)).status).toBe(204)
  return form.fields.key ?? ''
}

async function callS3(
  endpoint: string,
  method: 'GET' | 'PUT',
  key: string,
  query: Readonly<Record<string, string>> = {},
  body?: Buffer<ArrayBuffer>,
): Promise<string> {
  const place = { bucket: BUCKET, region: 'us-east-1', endpoint, credentials: CREDENTIALS }
  const { url, headers } = await signRequest({ ...place, method, key, query })
  const answer = await fetch(url, { method, headers, ...(body ? { body } : {}) })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.text()
}

function putAround(endpoint: string, key: string, bytes: Buffer<ArrayBuffer>): Promise<string> {
  return callS3(endpoint, 'PUT', key, {}, bytes)
}

/** What the page is told of an object. */
async function listed(dev: DevProcess, key: string) {
  return (await listObjects(dev.url)).objects.find((object) => object.key === key)?.verdict
}

describe('waybill dev', () => {
  it('judges each upload, and notifies the page', async () => {
    const dev = running()
    const honest = await uploadPicture(dev, Buffer.from(PNG))
    const forged = await uploadPicture(dev, Buffer.from(MP4))
    expect(await listed(dev, honest)).toEqual({ verdict: 'verified' })
    expect(await listed(dev, forged)).toMatchObject({
      verdict: 'rejected',
      reason: 'content-differs',
      message: expect.stringContaining('its bytes are of another type'),
    })
    await dev.said(new RegExp(`verified .+ uploads/${honest}`))
    await dev.said(new RegExp(`rejected .+ uploads/${forged} +its bytes`))
  })

  it("writes the verdict into the object's tags", async () => {
    const dev = running()
    const key = await uploadPicture(dev, Buffer.from(PNG))
    await dev.said(new RegExp(`verified .+ uploads/${key}`))
    const tags = await callS3(dev.s3Url, 'GET', key, { tagging: '' })
    expect(tags).toContain('<Key>waybill</Key><Value>verified</Value>')
  })

  it('rejects an object that was stored without the signer', async () => {
    const dev = running()
    await putAround(dev.s3Url, 'around.png', Buffer.from(PNG))
    expect(await listed(dev, 'around.png')).toMatchObject({
      verdict: 'rejected',
      reason: 'no-waybill',
    })
  })

  it('judges again when an object is overwritten, even with the same bytes', async () => {
    const dev = running()
    const key = await uploadPicture(dev, Buffer.from(PNG))
    expect(await listed(dev, key)).toEqual({ verdict: 'verified' })
    await putAround(dev.s3Url, key, Buffer.from(PNG))
    expect(await listed(dev, key)).toMatchObject({ verdict: 'rejected', reason: 'no-waybill' })
  })

  it('judges objects that were stored while it was not running', async () => {
    const home = await temporaryDirectory()
    const first = await startDev(home)
    const honest = await uploadPicture(first, Buffer.from(PNG))
    first.child.kill('SIGKILL')
    await first.exit
    const alone = await startStrictS3({ dir: join(home, 's3') })
    await putAround(alone.endpoint, 'later.png', Buffer.from(PNG))
    await alone.close()
    const second = await startDev(home)
    expect(await listed(second, honest)).toEqual({ verdict: 'verified' })
    expect(await listed(second, 'later.png')).toMatchObject({ reason: 'no-waybill' })
  })

  it('stops only when all stored objects are judged', async ({ skip }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    const home = await temporaryDirectory()
    const dev = await startDev(home)
    const keys = await Promise.all(
      Array.from({ length: 8 }, () => uploadPicture(dev, Buffer.from(PNG))),
    )
    dev.child.kill('SIGTERM')
    expect(await dev.exit).toBe(0)
    const s3 = await startStrictS3({ dir: join(home, 's3') })
    onTestFinished(() => s3.close())
    for (const key of keys) {
      const tags = await callS3(s3.endpoint, 'GET', key, { tagging: '' })
      expect(tags).toContain('<Key>waybill</Key><Value>verified</Value>')
    }
  })
})

interface Started {
  readonly s3: StrictS3
  readonly arrivals: DevArrivals
}

/** Arrival over a network that the test can hold up or break. */
async function startedWith(fetchInstead: typeof fetch): Promise<Started> {
  const s3 = await startStrictS3({ buckets: [BUCKET] })
  onTestFinished(() => s3.close())
  const arrivals = startArrivals({
    bucket: BUCKET,
    secret: 'a secret of more than thirty-two characters',
    s3,
    terminal: { ...PLAIN, say() {}, complain() {} },
    fetch: fetchInstead,
  })
  return { s3, arrivals }
}

describe('startArrivals', () => {
  it('waits in stop() for judgments in progress', async () => {
    const asked = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const order: string[] = []
    const { s3, arrivals } = await startedWith(async (...request) => {
      asked.resolve()
      await held.promise
      const answer = await fetch(...request)
      order.push('answered')
      return answer
    })
    await putAround(s3.endpoint, 'a.png', Buffer.from(PNG))
    await asked.promise
    const stopped = arrivals.stop().then(() => order.push('stopped'))
    held.resolve()
    await stopped
    expect(order).toContain('answered')
    expect(order.at(-1)).toBe('stopped')
    expect(await callS3(s3.endpoint, 'GET', 'a.png', { tagging: '' })).toContain('rejected')
  })

  it('reports that an object could not be judged, and retries later', async () => {
    let isAway = true
    const { s3, arrivals } = await startedWith(async (...request) => {
      if (isAway) return new Response('', { status: 403, headers: { 'x-amz-request-id': 'r' } })
      return fetch(...request)
    })
    await arrivals.stop()
    await putAround(s3.endpoint, 'a.png', Buffer.from(PNG))
    const etag = createHash('md5').update(PNG).digest('hex')
    expect(await arrivals.verdictOf('a.png', etag)).toBeUndefined()
    isAway = false
    expect(await arrivals.verdictOf('a.png', etag)).toMatchObject({ reason: 'no-waybill' })
    expect(await arrivals.verdictOf('gone.png', etag)).toBeUndefined()
  })
})
