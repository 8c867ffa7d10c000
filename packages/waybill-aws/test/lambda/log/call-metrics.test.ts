import { createHash } from 'node:crypto'
import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { sendForm } from '@waybill/test-support/landing'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SignerEvent, UploadRules } from 'waybill'
import { lambdaHandler } from 'waybill-aws/lambda'
import { callMetrics } from '../../../src/lambda/metrics.ts'
import { localSettings } from '../local-settings.ts'
import { problemsOf } from './embedded-metric-format.ts'

const NOW = new Date('2026-11-26T10:00:00Z')
const OWNER = 'ada@example.com'
const TEXT = 'a few words'

let s3: StrictS3
beforeAll(async () => {
  s3 = await startStrictS3({ buckets: ['uploads'] })
})
afterAll(() => s3.close())

const RULES: UploadRules = {
  notes: { types: ['text/plain'], maxSize: 1000, authorize: () => ({ owner: OWNER }) },
  films: { types: ['video/mp4'], maxSize: 1000, authorize: () => ({ owner: OWNER }) },
}

type Options = Partial<Parameters<typeof lambdaHandler>[0]>

function newSigner(more: Readonly<Record<string, string>> = {}, options: Options = {}) {
  const lines: string[] = []
  const handler = lambdaHandler({
    environment: {
      ...localSettings(s3),
      WAYBILL_ALLOWED_ORIGINS: '',
      WAYBILL_AUTH: 'rules',
      ...more,
    },
    rules: RULES,
    log: (line) => lines.push(line),
    onError: () => {},
    ...options,
  })
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const sent = { method: 'POST', path, headers, body: JSON.stringify(body) }
    return JSON.parse((await handler(functionUrlEvent(sent))).body)
  }
  /** The lines of metrics so far, in which CloudWatch finds nothing wrong. */
  const metrics = () => {
    const written = lines.filter((line) => line.includes('"_aws"'))
    for (const line of written) expect(problemsOf(line)).toEqual([])
    return written.map((line) => JSON.parse(line))
  }
  return { handler, post, lines, metrics }
}

const file = (name: string, more: object = {}) => ({
  name,
  type: 'text/plain',
  size: TEXT.length,
  sha256: createHash('sha256').update(TEXT).digest('base64'),
  ...more,
})

describe("a call's metrics", () => {
  it('take one line for files with the same rule and outcome, and one for each other outcome', async () => {
    const { post, metrics } = newSigner()
    const files = ['a', 'b', 'c'].map((name) => file(`${name}.txt`))
    const wrong = file('d.txt', { type: 'video/webm' })
    await post('', { rule: 'notes', files: [...files, wrong] })
    const written = metrics()
    expect(written).toHaveLength(2)
    expect(written).toContainEqual(
      expect.objectContaining({ Rule: 'notes', Outcome: 'granted', Uploads: 3 }),
    )
    expect(written).toContainEqual(
      expect.objectContaining({ Outcome: 'refused', Reason: 'FILE_TYPE_NOT_ALLOWED', Uploads: 1 }),
    )
  })

  it('include the time from each grant to its completion', async () => {
    let time = Math.floor(Date.now() / 1000) * 1000
    const effects = { now: () => new Date(time) }
    const { post, metrics } = newSigner({}, { effects })
    const files = [file('a.txt'), file('b.txt')]
    const { uploads } = await post('', { rule: 'notes', files })
    for (const { presignedPost } of uploads) await sendForm(presignedPost, new Blob([TEXT]))
    time += 7000
    await post('/complete', {
      uploads: uploads.map(({ waybill }: { waybill: string }) => ({ waybill })),
    })
    expect(metrics().at(-1)).toMatchObject({
      _aws: { Timestamp: time },
      Rule: 'notes',
      Outcome: 'completed',
      Uploads: 2,
      CompletionTime: [7, 7],
    })
  })

  it('use one name for all rules that the signer does not have', async () => {
    const { post, metrics } = newSigner()
    for (const rule of ['a', 'b', 'x'.repeat(2000)]) await post('', { rule, files: [file('a')] })
    const rules = new Set(metrics().map(({ Rule, Outcome }) => `${Outcome} ${Rule}`))
    expect([...rules]).toEqual(['refused (none)'])
  })

  it('distinguish calls that the signer could not answer from those it rejected', async () => {
    const failing = () => Promise.reject(new Error('the database is away'))
    const video = { types: ['video/mp4'], maxSize: 9, authorize: failing } as const
    const { post, metrics } = newSigner({}, { rules: { video } })
    await post('', { rule: 'video', files: [file('a.mp4')] })
    expect(metrics()).toMatchObject([{ Outcome: 'failed', Reason: 'SIGNER_UNAVAILABLE' }])
  })

  it('never contain owners, keys or file names', async () => {
    const { post, lines } = newSigner()
    const named = file('payslip of ada.txt')
    const { uploads } = await post('', { rule: 'notes', files: [named, { ...named, size: 1001 }] })
    await post('/complete', { waybill: uploads[0].waybill })
    const [audit, metrics] = [
      lines.filter((l) => !l.includes('_aws')),
      lines.filter((l) => l.includes('_aws')),
    ]
    expect(audit.join()).toContain(OWNER)
    expect(metrics.length).toBeGreaterThan(1)
    expect(metrics.join()).not.toMatch(/ada|payslip|uploads\//)
  })

  it('are also written if the application sets onEvent', async () => {
    const told: SignerEvent[] = []
    const { post, lines } = newSigner({}, { onEvent: (event) => told.push(event) })
    await post('', { rule: 'notes', files: [file('a.txt')] })
    expect(told).toMatchObject([{ type: 'grant' }])
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ Outcome: 'granted' }])
  })

  it('are fewer if only alarms need them', async () => {
    const { post, metrics } = newSigner({ WAYBILL_METRICS: 'alarms' })
    await post('', { rule: 'notes', files: [file('a.txt')] })
    await post('', { rule: 'nothing', files: [file('a.txt')] })
    const [granted, refused] = metrics()
    for (const line of [granted, refused]) {
      const { _aws, ...members } = Object(line)
      expect(members).toEqual({ Bucket: expect.any(String), Prefix: '/', Failed: [0] })
    }
  })

  it('do not affect the response if they cannot be written', async () => {
    const errors: unknown[] = []
    const broken = new Error('the log is full')
    const { handler } = newSigner(
      {},
      {
        log: () => {
          throw broken
        },
        onError: (error) => errors.push(error),
      },
    )
    const { statusCode } = await handler(functionUrlEvent({ path: '/nowhere' }))
    expect(statusCode).toBe(404)
    expect(errors).toEqual([broken, broken])
  })

  it.each(['none', 'off'])('cannot have the level %s', (level) => {
    expect(() => newSigner({ WAYBILL_METRICS: level })).toThrow(/WAYBILL_METRICS is/)
  })
})

describe('callMetrics', () => {
  it('leaves out anything that is not counted', () => {
    const lines: string[] = []
    const place = { bucket: 'uploads', prefix: '', level: 'all' } as const
    const metrics = callMetrics({ ...place, log: (line) => lines.push(line), now: () => NOW })
    metrics.count({ type: 'link', rule: 'notes' } as SignerEvent)
    metrics.write()
    expect(lines).toEqual([])
  })

  const completion = (seconds: number) =>
    ({ type: 'completion', rule: 'notes', secondsSinceGrant: seconds }) as unknown as SignerEvent

  it('writes no more values into one line than CloudWatch reads', () => {
    const lines: string[] = []
    const place = { bucket: 'uploads', prefix: '', level: 'all' } as const
    const metrics = callMetrics({ ...place, log: (line) => lines.push(line), now: () => NOW })
    for (let i = 0; i < 250; i += 1) metrics.count(completion(i))
    metrics.write()
    metrics.write()
    expect(lines.flatMap(problemsOf)).toEqual([])
    const written = lines.map((line) => JSON.parse(line))
    expect(written.map(({ Uploads }) => Uploads)).toEqual([100, 100, 50])
    expect(written.flatMap(({ CompletionTime }) => CompletionTime)).toEqual([...Array(250).keys()])
  })
})
