/**
 * The six kinds of bad file and a scan that failed, from the form that the deployed signer signs to the verdict that the deployed arrival
 * gives, tags the object with and publishes.
 *
 * Who can read them meanwhile: packages/waybill-aws/test/cdk/access/unverified.test.ts.
 *
 * Slow: six files through whole bundles, each in processes of its own.
 * `packages/waybill/test/arrival/verdicts.test.ts` has the same verdicts, `packages/waybill-aws/test/lambda/bundle.test.ts` the bundle.
 *
 * @module
 */

import { type AwsService, startAwsService } from '@waybill/test-support/aws-service'
import type { FunctionProcess } from '@waybill/test-support/function-process'
import { scanResultEvent } from '@waybill/test-support/lambda-events'
import { GIF_WITH_PAGE, MP4, PNG, SVG_CUT_OFF } from '@waybill/test-support/samples'
import { postForm } from '@waybill/test-support/upload-form'
import { type ObjectCreatedEvent, type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RejectionReason } from 'waybill/arrival'
import { askS3, BUCKET, REGION, signForm, useBundles } from './bundles.ts'

const start = useBundles()

const FUNCTIONS = { accessKeyId: 'functions', secretAccessKey: 'of-the-functions' }
const TRUNCATED = PNG.subarray(0, -12)

let s3: StrictS3
let bus: AwsService
const landed: ObjectCreatedEvent[] = []

beforeAll(async () => {
  s3 = await startStrictS3({ region: REGION, buckets: [BUCKET], credentials: [FUNCTIONS] })
  s3.onObjectCreated((event) => landed.push(event))
  bus = await startAwsService(FUNCTIONS.secretAccessKey, () => ({
    status: 200,
    body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] },
  }))
})
afterAll(async () => {
  await s3.close()
  await bus.close()
})

function startOne(
  name: 'signer' | 'arrival',
  settings: Readonly<Record<string, string>> = {},
): Promise<FunctionProcess> {
  const toBus = { WAYBILL_EVENT_BUS: 'default', WAYBILL_EVENTS_ENDPOINT: bus.endpoint }
  const more = { ...toBus, ...settings }
  return start({ name, endpoint: s3.endpoint, credentials: FUNCTIONS, more })
}

type Land = (signer: FunctionProcess) => Promise<string>

function upload(name: string, type: string, bytes: Uint8Array): Land {
  return async (signer) => {
    const form = await signForm(signer, name, type, bytes.length)
    expect((await postForm(form, new Uint8Array(bytes))).status).toBe(204)
    return form.fields.key ?? ''
  }
}

/** By somebody who has credentials. */
async function put(key: string, bytes: Uint8Array, more: Readonly<Record<string, string>> = {}) {
  const headers = { 'content-type': 'image/png', ...more }
  const request = { method: 'PUT', key, headers } as const
  expect((await askS3(s3.endpoint, FUNCTIONS, request, bytes)).status).toBe(200)
  return key
}

/** S3 refuses it as a form, so it comes around the signer, with the waybill of the whole. */
const truncated: Land = async (signer) => {
  const form = await signForm(signer, 'a.png', 'image/png', PNG.length)
  expect((await postForm(form, TRUNCATED)).status).toBe(400)
  const { key = '', 'x-amz-meta-waybill': waybill = '' } = form.fields
  return put(key, TRUNCATED, { 'x-amz-meta-waybill': waybill })
}

const CASES: readonly (readonly [what: string, reason: RejectionReason, land: Land])[] = [
  ['an mp4 renamed .png', 'content-differs', upload('a.png', 'image/png', MP4)],
  ['an SVG that was cut off', 'content-differs', upload('a.svg', 'image/svg+xml', SVG_CUT_OFF)],
  ['a picture that is a page too', 'active-content', upload('a.gif', 'image/gif', GIF_WITH_PAGE)],
  ['a picture of no bytes', 'content-unproven', upload('a.png', 'image/png', new Uint8Array())],
  ['a truncated picture', 'size-differs', truncated],
  ['an object put around the signer', 'no-waybill', () => put('uploads/stray.png', PNG)],
]

async function tagsOf(key: string): Promise<Record<string, string>> {
  const query = { tagging: '' }
  const text = await (await askS3(s3.endpoint, FUNCTIONS, { method: 'GET', key, query })).text()
  const tags = text.matchAll(/<Key>([^<]*)<\/Key><Value>([^<]*)<\/Value>/g)
  return Object.fromEntries([...tags].map(([, name = '', value = '']) => [name, value]))
}

describe('the deployed functions', () => {
  it('reject each of the six kinds of bad file, and verify the good ones in between', async () => {
    const [signer, arrival] = [await startOne('signer'), await startOne('arrival')]
    const good = upload('a.png', 'image/png', PNG)
    for (const [what, reason, land] of CASES) {
      const key = await land(signer)
      const verdict = await arrival.invoke(landed.at(-1) ?? {})
      expect(verdict, what).toMatchObject({ key, verdict: 'rejected', reason })
      expect(await tagsOf(key), what).toEqual({ waybill: 'rejected', 'waybill-reason': reason })
      expect(bus.calls.at(-1)?.body, what).toMatchObject({
        Entries: [
          {
            DetailType: 'Upload Rejected',
            Detail: expect.stringContaining(`"reason":"${reason}"`),
          },
        ],
      })
      const goodKey = await good(signer)
      expect(await arrival.invoke(landed.at(-1) ?? {})).toMatchObject({ verdict: 'verified' })
      expect(await tagsOf(goodKey)).toEqual({ waybill: 'verified' })
    }
  })

  it('give no verdict after a failed scan, and one after a later clean scan', async () => {
    const settings = { WAYBILL_REQUIRE_SCAN: 'on' }
    const [signer, arrival] = [await startOne('signer'), await startOne('arrival', settings)]
    const key = await upload('a.png', 'image/png', PNG)(signer)
    const { etag } = landed.at(-1)?.detail.object ?? { etag: '' }
    const published = bus.calls.length
    for (const result of ['FAILED', 'ACCESS_DENIED', 'UNSUPPORTED']) {
      const event = scanResultEvent(BUCKET, { key, etag }, result)
      expect(await arrival.invoke(event)).toMatchObject({ verdict: 'not-scanned', reason: result })
      expect(await tagsOf(key)).not.toHaveProperty('waybill', 'verified')
    }
    expect(bus.calls).toHaveLength(published)
    const clean = scanResultEvent(BUCKET, { key, etag }, 'NO_THREATS_FOUND')
    expect(await arrival.invoke(clean)).toMatchObject({ verdict: 'verified' })
    expect(await tagsOf(key)).toMatchObject({ waybill: 'verified' })
    expect(bus.calls).toHaveLength(published + 1)
  })
})
