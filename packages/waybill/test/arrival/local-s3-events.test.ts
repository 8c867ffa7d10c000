/**
 * Arrivals in one process, and the S3 in another.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { BUCKET, SECRET, sendForm, signWith } from '@waybill/test-support/landing'
import { LocalProcess } from '@waybill/test-support/local-process'
import { MP4, PNG } from '@waybill/test-support/samples'
import { startStandIn } from '@waybill/test-support/stand-in'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  createArrival,
  judgeArrivals,
  type LocalS3EventsOptions,
  localS3Events,
  type Verdict,
} from 'waybill/arrival'

const CREDENTIALS = { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' }
const PLACE = { bucket: BUCKET, region: 'us-east-1', credentials: CREDENTIALS }

/** Subscribes until the test has finished. @returns What came, and a promise for each connection. */
function listen(endpoint: string, more: Partial<LocalS3EventsOptions> = {}) {
  const keys: string[] = []
  const errors: unknown[] = []
  let connections = 0
  const stop = localS3Events({
    ...{ ...PLACE, endpoint },
    onConnect: () => {
      connections += 1
    },
    onError: (error) => errors.push(error),
    ...more,
  })((event) => keys.push((event as { detail: { object: { key: string } } }).detail.object.key))
  onTestFinished(stop)
  return { keys, errors, stop, connected: (count = 1) => eventually(() => connections).toBe(count) }
}

async function startS3(port = 0): Promise<StrictS3> {
  const s3 = await startStrictS3({ port, buckets: [BUCKET, 'others'] })
  onTestFinished(() => s3.close())
  return s3
}

async function store(endpoint: string, name: string, bucket = BUCKET): Promise<string> {
  const form = await signWith({ ...PLACE, bucket, endpoint })(name, 'image/png', PNG.length)
  await sendForm(form, new Blob([new Uint8Array(PNG)]))
  return form.fields.key ?? ''
}

describe('localS3Events', () => {
  it("lets judgeArrivals judge objects stored in another process's S3", async () => {
    const other = await LocalProcess.start(await temporaryDirectory())
    onTestFinished(() => other.kill())
    const { endpoint } = other.system.target
    const verdicts: Verdict[] = []
    const connected = Promise.withResolvers<void>()
    const place = { ...PLACE, endpoint }
    const running = judgeArrivals({
      arrival: createArrival({ ...place, secret: SECRET }),
      subscribe: localS3Events({ ...place, onConnect: connected.resolve }),
      onVerdict: (verdict) => verdicts.push(verdict),
    })
    onTestFinished(() => running.stop())
    await connected.promise
    const sign = signWith(place)
    for (const bytes of [PNG, MP4]) {
      await sendForm(
        await sign('a.png', 'image/png', bytes.length),
        new Blob([new Uint8Array(bytes)]),
      )
    }
    await eventually(() => verdicts.map(({ verdict }) => verdict).toSorted()).toEqual([
      'rejected',
      'verified',
    ])
  })

  it("delivers only its own bucket's events, until it is stopped", async () => {
    const { endpoint } = await startS3()
    const listening = listen(endpoint)
    await listening.connected()
    await store(endpoint, 'other.png', 'others')
    const own = await store(endpoint, 'own.png')
    await eventually(() => listening.keys).toEqual([own])
    listening.stop()
    await store(endpoint, 'late.png')
    expect(listening.keys).toEqual([own])
    expect(listening.errors).toEqual([])
  })

  it('reconnects after the S3 has restarted, and reports the interruption once', async () => {
    const first = await startS3()
    const listening = listen(first.endpoint)
    await listening.connected()
    await first.close()
    await eventually(() => listening.errors.length).toBe(1)
    await startS3(first.port)
    await listening.connected(2)
    const key = await store(first.endpoint, 'a.png')
    await eventually(() => listening.keys).toEqual([key])
    expect(listening.errors).toHaveLength(1)
  })

  it('retries less often the longer the S3 is down, and quickly again after a connection', async () => {
    const first = await startS3()
    await first.close()
    const waits: number[] = []
    const { promise: untilNow, resolve: letGo } = Promise.withResolvers<void>()
    const listening = listen(first.endpoint, {
      effects: {
        wait: async (ms) => {
          if (waits.push(ms) === 6) await untilNow
          if (waits.length === 7) await new Promise<never>(() => {})
        },
      },
    })
    await eventually(() => waits).toEqual([500, 1000, 2000, 4000, 5000, 5000])
    const second = await startS3(first.port)
    letGo()
    await listening.connected()
    await second.close()
    await eventually(() => waits.slice(6)).toEqual([500])
    expect(listening.errors.length).toBeGreaterThan(0)
  })

  it.each([
    ['a key pair for a part of the bucket', { ...CREDENTIALS, prefix: 'a/' }, CREDENTIALS],
    ['another secret', CREDENTIALS, { ...CREDENTIALS, secretAccessKey: 'guessed' }],
  ])('is denied to %s', async (_, known, used) => {
    const s3 = await startStrictS3({ buckets: [BUCKET], credentials: [known] })
    onTestFinished(() => s3.close())
    const listening = listen(s3.endpoint, { credentials: used })
    await eventually(() => listening.errors.length).toBe(1)
    expect(listening.errors).toMatchObject([{ cause: { status: 403 } }])
  })

  it('is denied without a signature', async () => {
    const { endpoint } = await startS3()
    const response = await fetch(`${endpoint}/${BUCKET}?events`)
    expect(response.status).toBe(403)
    await response.text()
  })

  it('reports that another store sends no events', async () => {
    const other = await startStandIn(async () => ({ status: 200, body: '<ListBucketResult/>' }))
    onTestFinished(() => other.close())
    const listening = listen(other.url)
    await eventually(() => listening.errors.length).toBe(1)
    expect(String(listening.errors[0])).toContain('the store is not a local S3')
  })
})
