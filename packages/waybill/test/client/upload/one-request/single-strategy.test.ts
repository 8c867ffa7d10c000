/**
 * A file in one request: what is sent, and what becomes of it where nobody knows whether it is
 * stored.
 *
 * @module
 */

import { nextEvent } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { endOf, LIFE_MS, type Script, uploaderBy } from '../scripted-storage.ts'

const FILE = new File(['abc'], 'a.txt', { type: 'text/plain' })
const SENT = ['create', 'send']

/** Sends a file of three bytes. */
async function send(script: Script) {
  const { uploader, calls, requests } = uploaderBy(script)
  const upload = uploader.upload(FILE)
  const states: string[] = []
  const retries: string[] = []
  upload.on('state', ({ state }) => states.push(state))
  upload.on('retry', ({ error }) => retries.push(error.code))
  return { ended: await endOf(upload), upload, calls, requests, states, retries }
}

const BOUNDARY = '0.i0.i'
const form = (content: string) =>
  [
    `--${BOUNDARY}`,
    'Content-Disposition: form-data; name="key"',
    '',
    'k1',
    `--${BOUNDARY}`,
    'Content-Disposition: form-data; name="X-Amz-Date"',
    '',
    '20260101T000000Z',
    `--${BOUNDARY}`,
    'Content-Disposition: form-data; name="file"; filename="file"',
    'Content-Type: application/octet-stream',
    '',
    content,
    `--${BOUNDARY}--`,
    '',
  ].join('\r\n')

describe('a file in one request', () => {
  it('goes as a form, with a boundary by chance, and is completed', async () => {
    const { ended, calls, requests, states } = await send({})
    expect(ended).toMatchObject({ size: 3, verifiedBy: 'SHA256' })
    expect(calls).toEqual([...SENT, 'complete w1'])
    const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
    expect(requests).toMatchObject([{ method: 'POST', headers, text: form('abc') }])
    expect(states).toEqual(['hashing', 'queued', 'uploading', 'completing', 'done'])
  })

  it('goes as the body of a PUT, with the headers that a page may set', async () => {
    const { ended, requests } = await send({ strategy: 'put' })
    expect(ended).toMatchObject({ size: 3 })
    const url = 'https://s3.example/k1?X-Amz-Date=20260101T000000Z'
    // The length is the platform's.
    const headers = { 'content-type': 'text/plain', 'content-length': '3' }
    expect(requests).toEqual([{ method: 'PUT', url, headers, text: 'abc' }])
  })

  it.each([
    ['as the file itself puts it between two texts', 'xyz', 'xyz'],
    ['as a copy where that loses bytes', '', 'abc'],
  ])('goes in a form %s', async (_, within, sent) => {
    const file = Object.assign(new File(['abc'], 'a.txt'), {
      within: (before: string, after: string, type: string) =>
        new Blob([before, within, after], { type }),
    })
    const { uploader, requests } = uploaderBy({})
    await uploader.upload(file).done
    expect(requests).toMatchObject([{ text: form(sent) }])
  })

  it('is sent again under the same key while the signature works', async () => {
    const { calls, retries } = await send({ storage: ['lost', 'lost'] })
    expect(calls).toEqual([...SENT, 'send', 'send', 'complete w1'])
    expect(retries).toEqual(['NETWORK_FAILED', 'NETWORK_FAILED'])
  })

  it('is completed without being sent again when it failed only then', async () => {
    const { calls, upload, ended } = await send({ complete: ['FORBIDDEN'] })
    expect(ended).toMatchObject({ code: 'FORBIDDEN' })
    upload.retry()
    expect(await endOf(upload)).toMatchObject({ size: 3 })
    expect(calls).toEqual([...SENT, 'complete w1', 'complete w1'])
  })

  it('is sent once more when something with an ETag has taken it and there is no object', async () => {
    const { calls, ended } = await send({ complete: ['OBJECT_NOT_FOUND'] })
    expect(ended).toMatchObject({ size: 3 })
    expect(calls).toEqual([...SENT, 'complete w1', 'send', 'complete w1'])
  })

  it('has failed when that happens twice', async () => {
    const { calls, ended } = await send({ complete: ['OBJECT_NOT_FOUND', 'OBJECT_NOT_FOUND'] })
    expect(ended).toMatchObject({ code: 'OBJECT_NOT_FOUND' })
    expect(calls).toEqual([...SENT, 'complete w1', 'send', 'complete w1'])
  })

  it('is sent again when there is no object and it may not have been S3 that took it', async () => {
    const { calls, states, ended } = await send({
      ...{ storage: ['untold', 'untold'], complete: ['OBJECT_NOT_FOUND', 'OBJECT_NOT_FOUND'] },
    })
    expect(ended).toMatchObject({ size: 3 })
    const again = ['send', 'complete w1']
    expect(calls).toEqual(['create', ...again, ...again, ...again])
    expect(states.slice(3, 6)).toEqual(['completing', 'uploading', 'completing'])
  })

  it('gets another key without a question when that has taken too long', async () => {
    const { calls } = await send({
      ...{ storage: ['untold'], takesMs: [LIFE_MS], complete: ['OBJECT_NOT_FOUND'] },
    })
    expect(calls).toEqual([...SENT, 'complete w1', ...SENT, 'complete w2'])
  })

  it('is not sent again when complete fails otherwise', async () => {
    const { calls, ended } = await send({ storage: ['untold'], complete: ['OBJECT_MISMATCH'] })
    expect(ended).toMatchObject({ code: 'OBJECT_MISMATCH' })
    expect(calls).toEqual([...SENT, 'complete w1'])
  })

  it('is compared by complete where an object is there already', async () => {
    const { calls, ended } = await send({ strategy: 'put', storage: ['lost', 'exists'] })
    expect(ended).toMatchObject({ size: 3 })
    expect(calls).toEqual([...SENT, 'send', 'complete w1'])
  })

  it('is sent again where what said so was not S3', async () => {
    const { calls, ended } = await send({ storage: ['exists'], complete: ['OBJECT_NOT_FOUND'] })
    expect(ended).toMatchObject({ size: 3 })
    expect(calls).toEqual([...SENT, 'complete w1', 'send', 'complete w1'])
  })

  it('has failed when the storage refuses it', async () => {
    const { calls, ended } = await send({ storage: ['refused'] })
    expect(ended).toMatchObject({ code: 'STORAGE_REFUSED' })
    expect(calls).toEqual(SENT)
  })
})

describe('a file whose signature has expired', () => {
  it('is completed when an earlier attempt has stored it', async () => {
    const { calls, ended } = await send({ storage: ['lost'], takesMs: [LIFE_MS] })
    expect(ended).toMatchObject({ size: 3 })
    expect(calls).toEqual([...SENT, 'complete w1'])
  })

  it.each(['OBJECT_NOT_FOUND', 'WAYBILL_EXPIRED'] as const)(
    'gets another key when complete says %s',
    async (code) => {
      const { calls, ended } = await send({
        ...{ storage: ['lost'], takesMs: [LIFE_MS], complete: [code] },
      })
      expect(ended).toMatchObject({ size: 3 })
      expect(calls).toEqual([...SENT, 'complete w1', ...SENT, 'complete w2'])
    },
  )

  it('has failed when complete fails otherwise', async () => {
    const { calls, ended } = await send({
      ...{ storage: ['lost'], takesMs: [LIFE_MS], complete: ['FORBIDDEN'] },
    })
    expect(ended).toMatchObject({ code: 'FORBIDDEN' })
    expect(calls).toEqual([...SENT, 'complete w1'])
  })

  it('gets another key at once when S3 refused it as old', async () => {
    const { calls, retries } = await send({ storage: ['expired'], takesMs: [LIFE_MS] })
    expect(retries).toEqual(['POLICY_EXPIRED'])
    expect(calls).toEqual([...SENT, ...SENT, 'complete w2'])
  })

  it('is asked for first when S3 refused an attempt after one that was lost', async () => {
    const { calls } = await send({ storage: ['lost', 'skewed'], complete: ['OBJECT_NOT_FOUND'] })
    expect(calls).toEqual([...SENT, 'send', 'complete w1', ...SENT, 'complete w2'])
  })

  it('shows the signer its slow clock, once, when it has expired before its time', async () => {
    const { calls, ended } = await send({
      ...{ storage: ['expired', 'expired'], complete: ['OBJECT_NOT_FOUND'] },
    })
    expect(ended).toMatchObject({ size: 3 })
    expect(calls).toEqual([...SENT, 'complete w1', ...SENT, ...SENT, 'complete w3'])
  })

  it('shows it no clock when S3 finds it skewed', async () => {
    const { calls } = await send({ storage: ['skewed'] })
    expect(calls).toEqual([...SENT, ...SENT, 'complete w2'])
  })

  it('is asked for first when it has expired while there was no connection', async () => {
    const answers = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
    const { uploader, calls, passMs } = uploaderBy({
      ...{ connections: 1, storage: ['lost'], until: answers.map(({ promise }) => promise) },
    })
    const isUploading = ({ state }: { state: string }) => state === 'uploading'
    const first = uploader.upload(FILE)
    await nextEvent(first, 'state', isUploading)
    const second = uploader.upload(FILE)
    await nextEvent(second, 'state', isUploading)
    const retries: string[] = []
    first.on('retry', ({ error }) => retries.push(error.message))
    answers[0].resolve()
    await nextEvent(first, 'retry')
    await new Promise((resolve) => setImmediate(resolve))
    // The second has the only connection now.
    passMs(LIFE_MS)
    answers[1].resolve()
    await Promise.all([first.done, second.done])
    expect(retries).toEqual([
      'the storage at https://s3.example gave no answer',
      'the signature expired before the file was sent',
    ])
    expect(calls.sort()).toEqual(['complete w1', 'complete w2', 'create', 'create', 'send', 'send'])
  })

  it('cannot go in parts under another key', async () => {
    const { calls, ended } = await send({ storage: ['skewed'], strategies: ['post', 'multipart'] })
    expect(ended).toMatchObject({
      ...{ code: 'RESPONSE_INVALID', message: 'strategy is multipart, expected post or put' },
    })
    expect(calls).toEqual([...SENT, 'create', 'abort w2'])
  })
})
