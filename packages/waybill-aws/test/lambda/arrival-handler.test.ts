import { type AwsService, startAwsService } from '@waybill/test-support/aws-service'
import { objectCreatedEvent, scanResultEvent } from '@waybill/test-support/lambda-events'
import { type Landing, SECRET, sendForm, startLanding } from '@waybill/test-support/landing'
import { MP4, PNG } from '@waybill/test-support/samples'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ArrivalHandlerOptions, arrivalHandler } from 'waybill-aws/lambda'
import { problemsOf } from './log/embedded-metric-format.ts'

let landing: Landing
let bus: AwsService

beforeAll(async () => {
  landing = await startLanding()
  bus = await startAwsService(landing.s3.credentials.secretAccessKey, () => ({
    status: 200,
    body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] },
  }))
})
afterAll(async () => {
  await landing.close()
  await bus.close()
})

function newHandler(
  more: Readonly<Record<string, string>> = {},
  options: Pick<ArrivalHandlerOptions, 'scan' | 'onEvent' | 'onError'> = {},
) {
  const lines: string[] = []
  const handler = arrivalHandler({
    ...options,
    environment: {
      AWS_REGION: landing.s3.region,
      AWS_ACCESS_KEY_ID: landing.s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: landing.s3.credentials.secretAccessKey,
      WAYBILL_BUCKET: 'uploads',
      WAYBILL_ENDPOINT: landing.s3.endpoint,
      WAYBILL_SECRET: SECRET,
      WAYBILL_EVENT_BUS: 'default',
      WAYBILL_EVENTS_ENDPOINT: bus.endpoint,
      ...more,
    },
    log: (line) => lines.push(line),
  })
  return { handler, lines }
}

const event = (key: string) => objectCreatedEvent('uploads', { key })

describe('arrivalHandler', () => {
  it('judges, publishes, and writes one line that CloudWatch reads as metrics', async () => {
    const { handler, lines } = newHandler()
    const honest = await landing.upload('a.png', 'image/png', PNG)
    const forged = await landing.upload('b.png', 'image/png', MP4)
    expect(await handler(event(honest.key))).toMatchObject({ verdict: 'verified' })
    expect(await handler(event(forged.key))).toMatchObject({ reason: 'content-differs' })
    expect(bus.calls.map(({ body }) => body)).toMatchObject([
      { Entries: [{ DetailType: 'Upload Verified' }] },
      { Entries: [{ DetailType: 'Upload Rejected' }] },
    ])
    const logged = lines.map((line) => JSON.parse(line))
    expect(logged).toMatchObject([
      { Outcome: 'verified', Uploads: 1, Bytes: [PNG.length], Rule: 'any', key: honest.key },
      { Outcome: 'rejected', Uploads: 1, Reason: 'content-differs', key: forged.key },
    ])
    // The alarms of `waybill-aws/cdk` look for these names.
    expect(logged[1]._aws.CloudWatchMetrics).toMatchObject([
      { Namespace: 'Waybill', Dimensions: [['Bucket', 'Prefix']] },
      {
        Namespace: 'Waybill',
        Dimensions: expect.arrayContaining([['Bucket', 'Prefix', 'Rule', 'Outcome']]),
      },
    ])
    expect(logged[1]).toMatchObject({ Rejected: [1], AwaitingVerdict: [-1] })
    expect(lines.flatMap(problemsOf)).toEqual([])
    // The line is the event, for an audit trail, and what people want to read beside it.
    expect(logged[1]).toMatchObject({
      type: 'verdict',
      verdict: 'rejected',
      rule: 'any',
      owner: 'user-7',
      size: MP4.length,
      contentType: 'image/png',
      etag: expect.stringMatching(/^[\da-f]{32}$/),
      secondsSinceGrant: expect.any(Number),
      message: expect.stringContaining('signed as image/png'),
    })
    expect(lines.join('')).not.toContain('\n')
  })

  it('verifies nothing without a clean scan if scans are required, and counts failed scans', async () => {
    const { handler, lines } = newHandler({ WAYBILL_REQUIRE_SCAN: 'on' })
    const { key } = await landing.upload('a.png', 'image/png', PNG)
    const { etag = '' } = landing.landed.at(-1) ?? {}
    const results = ['UNSUPPORTED', 'THREATS_FOUND', 'NO_THREATS_FOUND']
    expect(await handler(event(key))).toMatchObject({ reason: 'scan-awaited' })
    const redriven = { ...event(key), source: 'waybill.redrive' }
    expect(await handler(redriven)).toMatchObject({ reason: 'AWAITED' })
    for (const result of results) await handler(scanResultEvent('uploads', { key, etag }, result))
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { verdict: 'skipped', key, reason: 'scan-awaited' },
      { verdict: 'not-scanned', reason: 'AWAITED' },
      { verdict: 'not-scanned', reason: 'UNSUPPORTED', Outcome: 'not-scanned', Uploads: 1 },
      { verdict: 'rejected', reason: 'malware', Outcome: 'rejected' },
      { verdict: 'verified', Outcome: 'verified' },
    ])
    expect(lines.slice(0, 2).join('')).not.toContain('_aws')
  })

  it('only heeds threats once scans are switched off', async () => {
    const { handler } = newHandler()
    const { key } = await landing.upload('a.png', 'image/png', PNG)
    const { etag = '' } = landing.landed.at(-1) ?? {}
    const late = (result: string) => handler(scanResultEvent('uploads', { key, etag }, result))
    expect(await late('ACCESS_DENIED')).toMatchObject({ verdict: 'verified' })
    expect(await late('FAILED')).toMatchObject({ verdict: 'verified' })
    expect(await late('THREATS_FOUND')).toMatchObject({ verdict: 'rejected', reason: 'malware' })
  })

  it("calls a custom scanner within the function's time limit, and counts failed scans", async () => {
    const findings = [{ notScanned: 'ENCRYPTED' }, { infected: 'Eicar-Test' }] as const
    const { handler, lines } = newHandler(
      {},
      { scan: async () => findings[lines.length] ?? 'clean' },
    )
    const file = new Blob([new Uint8Array(PNG)])
    for (const [index, verdict] of ['not-scanned', 'rejected', 'verified'].entries()) {
      const form = await landing.sign(`${index}.png`, 'image/png', file.size)
      await sendForm(form, file)
      const late = { getRemainingTimeInMillis: () => 3_400 }
      const landed = event(form.fields.key ?? '')
      await expect(handler(landed, late)).rejects.toThrow('there is no time left for it')
      expect(await handler(landed)).toMatchObject({ verdict })
    }
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { verdict: 'not-scanned', reason: 'ENCRYPTED', Outcome: 'not-scanned', Uploads: 1 },
      { verdict: 'rejected', reason: 'malware', Outcome: 'rejected', Uploads: 1 },
      { verdict: 'verified', Outcome: 'verified', Uploads: 1 },
    ])
  })

  it('applies its settings', async () => {
    const { handler } = newHandler({
      WAYBILL_REJECTED: 'delete',
      WAYBILL_WITHOUT_WAYBILL: 'ignore',
    })
    const forged = await landing.upload('b.png', 'image/png', MP4)
    expect(await handler(event(forged.key))).toMatchObject({ deleted: true })
    expect(await landing.read(forged.key)).toBeUndefined()
    await landing.putAround('stray', { bytes: 'x' })
    expect(await handler(event('stray'))).toMatchObject({
      verdict: 'skipped',
      reason: 'no-waybill',
    })
  })

  it.each([
    ['without settings', '', '', ''],
    ['with the settings that say so', 'keep', 'reject', 'off'],
  ])('keeps rejected objects, and rejects those without a waybill, %s', async (_how, ...said) => {
    const [rejected, withoutWaybill, requireScan] = said
    const { handler } = newHandler({
      WAYBILL_REJECTED: rejected,
      WAYBILL_WITHOUT_WAYBILL: withoutWaybill,
      WAYBILL_REQUIRE_SCAN: requireScan,
    })
    await landing.putObject('stray', { bytes: 'x' })
    expect(await handler(event('stray'))).toMatchObject({ reason: 'no-waybill', deleted: false })
    const { key } = await landing.upload('a.png', 'image/png', PNG)
    expect(await handler(event(key))).toMatchObject({ verdict: 'verified' })
  })

  it('ignores objects outside its prefix', async () => {
    const { handler, lines } = newHandler({ WAYBILL_PREFIX: 'videos/' })
    await landing.putObject('videos/stray', { bytes: 'x' })
    expect(await handler(event('videos/stray'))).toMatchObject({ verdict: 'rejected' })
    expect(await handler(event('stray'))).toMatchObject({ reason: 'other-prefix' })
    expect(JSON.parse(lines.at(-1) ?? '')).toStrictEqual({
      verdict: 'skipped',
      key: 'stray',
      reason: 'other-prefix',
    })
  })

  it("reports nothing about a deleted object's content", async () => {
    const { handler, lines } = newHandler()
    const { key } = await landing.upload('a.png', 'image/png', PNG)
    await handler(event(key))
    await landing.remove(key)
    await handler(event(key))
    const { _aws, ...gone } = JSON.parse(lines.at(-1) ?? '')
    const told = { verdict: 'skipped', key, reason: 'gone' }
    expect(gone).toStrictEqual({ ...told, Bucket: 'uploads', Prefix: '/', AwaitingVerdict: [-1] })
  })

  it('calls onEvent for each verdict, but not for errors', async () => {
    const told: unknown[] = []
    const onError = (error: unknown) => told.push(error)
    const { key } = await landing.upload('a.png', 'image/png', PNG)
    await newHandler({}, { onError }).handler(event(key))
    expect(told).toEqual([])
    const onEvent = ({ type }: { readonly type: string }) => told.push(type)
    await newHandler({}, { onError, onEvent }).handler(event(key))
    expect(told).toEqual(['verdict'])
  })

  it('publishes nothing if no bus is named', async () => {
    const before = bus.calls.length
    const { key } = await landing.upload('a.png', 'image/png', PNG)
    await newHandler({ WAYBILL_EVENT_BUS: '' }).handler(event(key))
    expect(bus.calls).toHaveLength(before)
  })

  it('fails if the bus rejects a verdict, and publishes the same one when the event is retried', async () => {
    const answers = [
      { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] },
      { FailedEntryCount: 0, Entries: [{ EventId: '1' }] },
    ]
    const busy = await startAwsService(landing.s3.credentials.secretAccessKey, (_call, count) => ({
      status: 200,
      body: answers[count - 1],
    }))
    const { handler, lines } = newHandler({ WAYBILL_EVENTS_ENDPOINT: busy.endpoint })
    const { key } = await landing.upload('a.png', 'image/png', PNG)
    await expect(handler(event(key))).rejects.toThrow(/refused the verdict.*Throttling/)
    expect(lines).toEqual([])
    expect(await handler(event(key))).toMatchObject({ verdict: 'verified' })
    const [first, second] = busy.calls.map(({ body }) => JSON.stringify(body))
    expect(second).toBe(first)
    await busy.close()
  })

  it.each([
    ['nothing', undefined, 'event is missing'],
    ['a text', 'Object Created', 'event is "Object Created"'],
    ['another event', { 'detail-type': 'Object Deleted', detail: {} }, 'is "Object Deleted"'],
    [
      'an event without object',
      { ...objectCreatedEvent('uploads', { key: 'a' }), detail: {} },
      'detail.object',
    ],
    ['an event without key', objectCreatedEvent('uploads', { key: '' }), 'object key'],
    ['an event of another bucket', objectCreatedEvent('other', { key: 'a' }), "bucket 'other'"],
  ])('throws for %s, so that Lambda keeps the event', async (_what, poison, message) => {
    const { handler } = newHandler()
    await expect(handler(poison)).rejects.toThrow(message)
  })

  it.each(['WAYBILL_BUCKET', 'WAYBILL_SECRET'])('names %s when it is missing', (name) => {
    expect(() => newHandler({ [name]: '' })).toThrow(new RegExp(name))
  })
})
