/**
 * `accept` of a rule: the application's own word on one file, after the rule's limits and before
 * its key.
 *
 * @module
 */

import { createOne, FILE, post, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { type AcceptArguments, UploadError, type UploadRule } from 'waybill'

type Accept = NonNullable<UploadRule['accept']>

function signerWith(accept: Accept, onError: (error: unknown) => void = () => {}) {
  return signerFor({ video: { ...VIDEO_RULE, form: true, accept } }, { onError })
}

/** Not all that JavaScript returns is what the type says. */
function answering(value: unknown): Accept {
  return () => value as boolean
}

async function refusalOf(accept: Accept): Promise<{ code: string; message: string }> {
  const upload = await createOne(signerWith(accept))
  if (!('error' in upload)) throw new Error('the file was accepted')
  return upload.error
}

describe('accept', () => {
  it('can reject a file with a message for the user', async () => {
    const words = 'Your plan has 5 videos. Delete one first.'
    expect(await refusalOf(async () => words)).toMatchObject({
      code: 'FILE_REFUSED',
      message: words,
    })
    expect(new UploadError('FILE_REFUSED', words)).toMatchObject({ status: 422, retryable: false })
  })

  it('rejects one of several files and grants the others', async () => {
    const signer = signerWith(({ file }) => file.name !== 'b.mp4' || 'not this one')
    const files = ['a.mp4', 'b.mp4', 'c.mp4'].map((name) => ({ ...FILE, name }))
    const { status, body } = await post(signer, '', { files })
    expect(status).toBe(201)
    expect(JSON.parse(body).uploads).toMatchObject([
      { strategy: 'post' },
      { error: { code: 'FILE_REFUSED', message: 'not this one' } },
      { strategy: 'post' },
    ])
  })

  it.each([false, '', ' \n '])('rejects without a message for %j', async (answer) => {
    expect(await refusalOf(answering(answer))).toMatchObject({ message: 'the file was refused' })
  })

  it.each([true, false, '', 'no room'])('reports nothing to onError for %j', async (answer) => {
    const errors: unknown[] = []
    await createOne(signerWith(answering(answer), (error) => errors.push(error)))
    expect(errors).toEqual([])
  })

  it.each([undefined, null, 1, {}])('rejects for %j and reports it to onError', async (answer) => {
    const errors: unknown[] = []
    const signer = signerWith(answering(answer), (error) => errors.push(error))
    expect(await createOne(signer)).toMatchObject({ error: { code: 'FILE_REFUSED' } })
    expect(errors).toMatchObject([{ message: expect.stringMatching(/^rules\.video\.accept /) }])
  })

  it('sends its message to the client on one line of 300 characters', async () => {
    const { message } = await refusalOf(() => `a\r\nb\u2028c\u0007d\t${'é'.repeat(400)}`)
    expect(message).toBe(`a b c d ${'é'.repeat(291)}…`)
    expect([...message]).toHaveLength(300)
    expect(await refusalOf(() => 'é'.repeat(300))).toMatchObject({ message: 'é'.repeat(300) })
  })

  it('is called after the type and size checks and before the key', async () => {
    const asked: string[] = []
    const signer = signerFor({
      video: {
        ...VIDEO_RULE,
        authorize: () => {
          asked.push('authorize')
          return {}
        },
        accept: () => {
          asked.push('accept')
          return true
        },
        key: async ({ id }) => {
          asked.push('key')
          return id
        },
      },
    })
    const tooLarge = { ...FILE, size: 200 * 1024 ** 2 }
    await post(signer, '', { files: [tooLarge, { ...FILE, type: 'text/plain' }] })
    expect(asked).toEqual(['authorize'])
    asked.length = 0
    await createOne(signer)
    expect(asked).toEqual(['authorize', 'accept', 'key'])
  })

  it('receives the file, the caller, the request and the context', async () => {
    const questions: AcceptArguments<unknown>[] = []
    const signer = signerFor({
      video: {
        ...VIDEO_RULE,
        public: false,
        authorize: () => ({ owner: 'ann', plan: 'free' }),
        accept: (question) => questions.push(question) === 1,
      },
    })
    const headers = { 'content-type': 'application/json', 'x-album': '7' }
    const body = JSON.stringify({ files: [{ ...FILE, metadata: { album: '7' } }] })
    await signer.handle(
      { method: 'POST', path: '', query: {}, headers, body },
      { context: { db: 'of the application' } },
    )
    expect(questions).toMatchObject([
      {
        file: { name: 'holiday.mp4', size: FILE.size, type: FILE.type, metadata: { album: '7' } },
        authorization: { owner: 'ann', plan: 'free' },
        request: { method: 'POST', headers: { 'x-album': '7' } },
        context: { db: 'of the application' },
      },
    ])
  })

  it('may throw an error of its choice', async () => {
    const refused = await refusalOf(() => {
      throw new UploadError('FORBIDDEN', 'this account is suspended')
    })
    expect(refused).toMatchObject({ code: 'FORBIDDEN', message: 'this account is suspended' })
  })

  it('that fails can be retried: the caller gets a temporary failure', async () => {
    const refused = await refusalOf(async () => {
      throw new Error('the database is away')
    })
    expect(refused.code).toBe('SIGNER_UNAVAILABLE')
    expect(refused.message).not.toContain('database')
  })

  it('must be a function', () => {
    const accept: unknown = 'all'
    const create = () => signerWith(accept as Accept)
    expect(create).toThrow(new TypeError('rules.video.accept is string, expected a function'))
  })
})
