import { describe, expectTypeOf, it } from 'vitest'
import { type CompleteResponse, uploadRule } from 'waybill'
import { createUploader } from 'waybill/client'

const rules = {
  video: uploadRule({
    types: ['video/mp4'],
    maxSize: '5 GiB',
    onComplete: async ({ key }) => ({ watchAt: `/watch/${key}` }),
  }),
  note: uploadRule({ types: ['text/plain'], maxSize: '1 MiB' }),
}

const uploader = createUploader<typeof rules>({ endpoint: '/api/uploads', fetch: neverCalled })

function neverCalled(): Promise<Response> {
  return new Promise(() => undefined)
}

describe('the types of the rules', () => {
  it('reach the result of an upload', () => {
    const upload = uploader.upload(new Blob(), { rule: 'video' })
    expectTypeOf(upload.done).resolves.toEqualTypeOf<CompleteResponse<{ watchAt: string }>>()
    const note = uploader.upload(new Blob(), { rule: 'note' })
    expectTypeOf(note.done).resolves.toHaveProperty('result').toEqualTypeOf<undefined>()
    upload.abort()
    note.abort()
  })

  it('allow no rule that does not exist', () => {
    // @ts-expect-error The signer has no such rule.
    uploader.upload(new Blob(), { rule: 'audio' }).abort()
  })

  it('are open where the rules are not known', () => {
    const open = createUploader({ endpoint: '/api/uploads', fetch: neverCalled })
    open.upload(new Blob(), { rule: 'anything' }).abort()
  })

  it('give listeners their event', () => {
    const upload = uploader.upload(new Blob())
    upload.on('progress', ({ fraction, bytesPerSecond }) => {
      expectTypeOf(fraction).toBeNumber()
      expectTypeOf(bytesPerSecond).toEqualTypeOf<number | undefined>()
    })
    upload.on('retry', ({ error }) => expectTypeOf(error.retryable).toBeBoolean())
    // @ts-expect-error There is no such event.
    upload.on('finished', () => undefined)
    upload.abort()
  })
})
