/**
 * A role's session ends while the deployed function lives, and what it signed is on its way: S3 refuses both, and the
 * upload goes on with the function that Lambda starts in its place.
 *
 * @module
 */

import { eventually } from '@waybill/test-support/eventually'
import { objectCreatedEvent, type Sent } from '@waybill/test-support/lambda-events'
import { PNG } from '@waybill/test-support/samples'
import { seededFile, sha256Of } from '@waybill/test-support/seeded-file'
import { type Asked, sendOn, startStandIn } from '@waybill/test-support/stand-in'
import { hurried } from '@waybill/test-support/system'
import { postForm } from '@waybill/test-support/upload-form'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createUploader } from 'waybill/client'
import {
  type Answer,
  ask,
  askS3,
  BUCKET,
  REGION,
  signForm,
  startSignerUrl,
  useBundles,
} from './bundles.ts'

const MIB = 1024 ** 2
const start = useBundles()

const ADMINISTRATOR = { accessKeyId: 'administrator', secretAccessKey: 'of-the-administrator' }

function sessionOf(id: string) {
  const secretAccessKey = `secret-of-${id}`
  return { accessKeyId: `ASIA${id}`, secretAccessKey, sessionToken: `session-token-of-${id}` }
}

interface Stored {
  readonly asked: Asked
  readonly status: number
  readonly code: string | undefined
}

/** @param before - Sees each request before S3 does. */
async function setUp(before: (asked: Asked, endSession: () => void) => void = () => {}) {
  const first = { ...sessionOf('FIRST'), expiration: new Date(Date.now() + 3_600_000) }
  const second = sessionOf('SECOND')
  const credentials = [ADMINISTRATOR, first, second]
  const s3 = await startStrictS3({ region: REGION, buckets: [BUCKET], credentials })
  const endSession = () => {
    first.expiration = new Date(0)
  }
  const seen: Stored[] = []
  const storage = await startStandIn(async (asked) => {
    before(asked, endSession)
    const answer = await sendOn(s3.endpoint, asked)
    const code = /<Code>(\w+)</.exec(String(answer.body))?.[1]
    seen.push({ asked, status: answer.status, code })
    return answer
  })
  onTestFinished(async () => {
    await storage.close()
    await s3.close()
  })
  const read = async (key: string) => {
    const response = await askS3(s3.endpoint, ADMINISTRATOR, { method: 'GET', key })
    expect(response.status).toBe(200)
    return response
  }
  return {
    endSession,
    seen,
    read,
    startFirst: (name: 'signer' | 'arrival') =>
      start({ name, endpoint: storage.url, credentials: first }),
    startSecond: (name: 'signer' | 'arrival') =>
      start({ name, endpoint: storage.url, credentials: second }),
  }
}

type Place = Awaited<ReturnType<typeof setUp>>

/** An uploader of a page whose signer is the first function until `renew` is called, as Lambda does it. */
async function startPage(place: Place, onAnswer: (answer: Answer, renew: () => void) => void) {
  let signer = await place.startFirst('signer')
  const next = await place.startSecond('signer')
  const renew = () => {
    signer = next
  }
  const calls: (readonly [path: string | undefined, status: number])[] = []
  const { url } = await startSignerUrl(async (sent: Sent) => {
    const answer = await ask(signer, sent)
    calls.push([sent.path, answer.statusCode])
    onAnswer(answer, renew)
    return answer
  })
  const effects = { wait: hurried }
  return { uploader: createUploader({ endpoint: url, connections: 1, effects }), renew, calls }
}

const isForm = ({ method, query }: Asked) => method === 'POST' && query.size === 0
const isPart = ({ query }: Asked) => query.has('partNumber')
const isComplete = ({ method, query }: Asked) => method === 'POST' && query.has('uploadId')

async function expectSame(place: Place, key: string, file: File): Promise<void> {
  const { body } = await place.read(key)
  if (!body) throw new Error('there is no body')
  expect(await sha256Of(body)).toBe(await sha256Of(file.stream()))
}

describe('a function whose session has expired', () => {
  it('answers 503 to calls that need S3, and logs why, without the token', async () => {
    const { startFirst, endSession, seen } = await setUp()
    const signer = await startFirst('signer')
    const create = (size: number, sha256?: string) =>
      ask(signer, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ files: [{ name: 'a', type: 'video/mp4', size, sha256 }] }),
      })
    const granted = await create(20 * MIB)
    expect(granted.statusCode).toBe(201)
    const [{ waybill, uploadId }] = JSON.parse(granted.body).uploads
    const small = await create(5, 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=')
    const [{ waybill: smallWaybill }] = JSON.parse(small.body).uploads
    endSession()
    seen.length = 0
    const call = (path: string, body: object) =>
      ask(signer, {
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const answers = await Promise.all([
      call('/list', { waybill, uploadId }),
      call('/complete', { waybill, uploadId }),
      call('/complete', { waybill: smallWaybill }),
      call('/abort', { waybill, uploadId }),
      create(20 * MIB),
    ])
    const told = answers.map(({ statusCode, body }) => [
      statusCode,
      /"code":"(\w+)"/.exec(body)?.[1],
    ])
    expect(told.slice(0, 4)).toEqual(Array(4).fill([503, 'STORAGE_UNAVAILABLE']))
    expect(told[4]?.[1]).toBe('STORAGE_UNAVAILABLE')
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([400]))
    await eventually(signer.log).toContain('ExpiredToken')
    expect(signer.log()).not.toContain('session-token-of')
  })

  it('makes arrival fail, so that the event is retried and judged by another instance', async () => {
    const { startFirst, startSecond, endSession } = await setUp()
    const [signer, arrival] = [await startFirst('signer'), await startFirst('arrival')]
    const form = await signForm(signer, 'a.png', 'image/png', PNG.length)
    expect((await postForm(form, PNG)).status).toBe(204)
    const event = objectCreatedEvent(BUCKET, { key: form.fields.key ?? '' })
    endSession()
    await expect(arrival.invoke(event)).rejects.toThrow('400 ExpiredToken')
    const next = await startSecond('arrival')
    expect(await next.invoke(event)).toMatchObject({ verdict: 'verified' })
  })
})

describe("an upload whose signer's session expires", () => {
  it('before its form is sent uploads the file with a new form', async () => {
    let renew = () => {}
    const place = await setUp((asked, endSession) => {
      if (!isForm(asked)) return
      endSession()
      renew()
    })
    const page = await startPage(place, () => {})
    renew = page.renew
    const file = seededFile('a.bin', MIB, 1)
    const { key } = await page.uploader.upload(file).done
    const forms = place.seen.filter(({ asked }) => isForm(asked))
    expect(forms.map(({ status, code }) => [status, code])).toEqual([
      [400, 'ExpiredToken'],
      [204, undefined],
    ])
    await expectSame(place, key, file)
  })

  it('and is not renewed fails with CREDENTIALS_EXPIRED, and continues after retry()', async () => {
    const place = await setUp((asked, endSession) => {
      if (isForm(asked)) endSession()
    })
    const page = await startPage(place, () => {})
    const file = seededFile('a.bin', MIB, 4)
    const upload = page.uploader.upload(file)
    await expect(upload.done).rejects.toMatchObject({ code: 'CREDENTIALS_EXPIRED' })
    page.renew()
    upload.retry()
    const { key } = await upload.done
    await expectSame(place, key, file)
  })

  it('between its parts continues with new URLs, and sends no part twice', async () => {
    let renew = () => {}
    const place = await setUp((asked, endSession) => {
      if (asked.query.get('partNumber') !== '2') return
      endSession()
      renew()
    })
    const page = await startPage(place, () => {})
    renew = page.renew
    const file = seededFile('a.bin', 17 * MIB, 2)
    const { key } = await page.uploader.upload(file).done
    const parts = place.seen.filter(({ asked }) => isPart(asked))
    expect(parts.map(({ asked, code }) => [asked.query.get('partNumber'), code])).toEqual([
      ['1', undefined],
      ['2', 'ExpiredToken'],
      ['2', undefined],
      ['3', undefined],
    ])
    await expectSame(place, key, file)
  })

  it('during completion retries the call until a function with a new session answers', async () => {
    const place = await setUp((asked, endSession) => {
      if (isComplete(asked)) endSession()
    })
    const page = await startPage(place, ({ statusCode }, renew) => {
      if (statusCode === 503) renew()
    })
    const file = seededFile('a.bin', 17 * MIB, 3)
    const { key } = await page.uploader.upload(file).done
    const completed = page.calls.filter(([path]) => path === '/complete')
    expect(completed.map(([, status]) => status)).toEqual([503, 200])
    await expectSame(place, key, file)
  })
})
