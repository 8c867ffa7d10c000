import { settle } from '@waybill/test-support/eventually'
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
  const ended = await endOf(upload)
  await settle() // nobody waits for an upload to be aborted in S3
  return { ended, upload, calls, requests, states, retries }
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
  it('is sent as a form, with a random boundary, and completed', async () => {
    const { ended, calls, requests, states } = await send({})
    expect(ended).toMatchObject({ size: 3, verifiedBy: 'SHA256' })
    expect(calls).toEqual([...SENT, 'complete w1'])
    const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
    expect(requests).toMatchObject([{ method: 'POST', headers, text: form('abc') }])
    expect(states).toEqual(['hashing', 'queued', 'uploading', 'completing', 'done'])
  })

  it('is sent as the body of a PUT, with the headers that a page may set', async () => {
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
  ])('is sent in a form %s', async (_, within, sent) => {
    const file = Object.assign(new File(['abc'], 'a.txt'), {
      within: (before: string, after: string, type: string) =>
        new Blob([before, within, after], { type }),
    })
    const { uploader, requests } = uploaderBy({})
    await uploader.upload(file).done
    expect(requests).toMatchObject([{ text: form(sent) }])
  })

  const DONE = { size: 3 }
  const EXPIRED = { takesMs: [LIFE_MS] }
  const NOT_FOUND = 'OBJECT_NOT_FOUND'

  it.each<[string, Script, object, string]>([
    [
      'is sent again under the same key while the signature works',
      { storage: ['lost', 'lost'] },
      DONE,
      'create, send, send, send, complete w1',
    ],
    [
      'is sent once more if something with an ETag took it and there is no object',
      { complete: [NOT_FOUND] },
      DONE,
      'create, send, complete w1, send, complete w1',
    ],
    [
      'fails if that happens twice',
      { complete: [NOT_FOUND, NOT_FOUND] },
      { code: NOT_FOUND },
      'create, send, complete w1, send, complete w1',
    ],
    [
      'is sent again if there is no object and perhaps something else than S3 took it',
      { storage: ['untold', 'untold'], complete: [NOT_FOUND, NOT_FOUND] },
      DONE,
      'create, send, complete w1, send, complete w1, send, complete w1',
    ],
    [
      'gets another key at once if that has taken too long',
      { storage: ['untold'], ...EXPIRED, complete: [NOT_FOUND] },
      DONE,
      'create, send, complete w1, create, send, complete w2',
    ],
    [
      'is not sent again if complete fails otherwise',
      { storage: ['untold'], complete: ['OBJECT_MISMATCH'] },
      { code: 'OBJECT_MISMATCH' },
      'create, send, complete w1',
    ],
    [
      'is compared by complete if an object is there already',
      { strategy: 'put', storage: ['lost', 'exists'] },
      DONE,
      'create, send, send, complete w1',
    ],
    [
      'is sent again if what said so was not S3',
      { storage: ['exists'], complete: [NOT_FOUND] },
      DONE,
      'create, send, complete w1, send, complete w1',
    ],
    [
      'fails if the storage refuses it',
      { storage: ['refused'] },
      { code: 'STORAGE_REFUSED' },
      'create, send',
    ],
    [
      'is completed if an earlier attempt stored it before the signature expired',
      { storage: ['lost'], ...EXPIRED },
      DONE,
      'create, send, complete w1',
    ],
    [
      'gets another key if the signature expired and there is no object',
      { storage: ['lost'], ...EXPIRED, complete: [NOT_FOUND] },
      DONE,
      'create, send, complete w1, create, send, complete w2',
    ],
    [
      'gets another key if the signature and the waybill expired',
      { storage: ['lost'], ...EXPIRED, complete: ['WAYBILL_EXPIRED'] },
      DONE,
      'create, send, complete w1, create, send, complete w2',
    ],
    [
      'fails if the signature expired and complete fails otherwise',
      { storage: ['lost'], ...EXPIRED, complete: ['FORBIDDEN'] },
      { code: 'FORBIDDEN' },
      'create, send, complete w1',
    ],
    [
      'gets another key at once if S3 refused the signature as old',
      { storage: ['expired'], ...EXPIRED },
      DONE,
      'create, send, create, send, complete w2',
    ],
    [
      'is completed before it gets another key if an earlier attempt was lost',
      { storage: ['lost', 'skewed'], complete: [NOT_FOUND] },
      DONE,
      'create, send, send, complete w1, create, send, complete w2',
    ],
    [
      'is completed once to show the signer its slow clock if its signature expired early',
      { storage: ['expired', 'expired'], complete: [NOT_FOUND] },
      DONE,
      'create, send, complete w1, create, send, create, send, complete w3',
    ],
    [
      'gets another key at once if S3 finds the clock skewed',
      { storage: ['skewed'] },
      DONE,
      'create, send, create, send, complete w2',
    ],
    [
      'cannot go in parts under another key',
      { storage: ['skewed'], strategies: ['post', 'multipart'] },
      { code: 'RESPONSE_INVALID', message: 'strategy is multipart, expected post or put' },
      'create, send, create, abort w2',
    ],
  ])('%s', async (_, script, ending, expected) => {
    const { calls, ended } = await send(script)
    expect(ended).toMatchObject(ending)
    expect(calls.join(', ')).toBe(expected)
  })

  it('reports each retry, including sending again after completing', async () => {
    const twice = await send({ storage: ['lost', 'lost'] })
    expect(twice.retries).toEqual(['NETWORK_FAILED', 'NETWORK_FAILED'])
    expect((await send({ storage: ['expired'], ...EXPIRED })).retries).toEqual(['POLICY_EXPIRED'])
    const { states } = await send({ storage: ['untold'], complete: [NOT_FOUND] })
    expect(states.slice(3, 6)).toEqual(['completing', 'uploading', 'completing'])
  })

  it('is completed without being sent again if only that failed', async () => {
    const { calls, upload, ended } = await send({ complete: ['FORBIDDEN'] })
    expect(ended).toMatchObject({ code: 'FORBIDDEN' })
    upload.retry()
    expect(await endOf(upload)).toMatchObject(DONE)
    expect(calls).toEqual([...SENT, 'complete w1', 'complete w1'])
  })

  it('is completed first if the signature expired while there was no connection', async () => {
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
    await settle()
    // The second has the only connection now.
    passMs(LIFE_MS)
    answers[1].resolve()
    await Promise.all([first.done, second.done])
    expect(retries).toEqual([
      'the storage at https://s3.example did not respond',
      'the signature expired before the file was sent',
    ])
    expect(calls.sort()).toEqual(['complete w1', 'complete w2', 'create', 'create', 'send', 'send'])
  })
})
