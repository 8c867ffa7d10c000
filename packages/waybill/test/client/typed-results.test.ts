import { describe, expectTypeOf, it } from 'vitest'
import { type CompleteResponse, uploadRule } from 'waybill'
import { createUploader, type Upload, type Uploader } from 'waybill/client'

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

describe("the rules' types", () => {
  it("determine the type of an upload's result", () => {
    const upload = uploader.upload(new Blob(), { rule: 'video' })
    expectTypeOf(upload.done).resolves.toEqualTypeOf<CompleteResponse<{ watchAt: string }>>()
    const note = uploader.upload(new Blob(), { rule: 'note' })
    expectTypeOf(note.done).resolves.toHaveProperty('result').toEqualTypeOf<undefined>()
    upload.abort()
    note.abort()
  })

  it('allow uploads with different rules in one list', () => {
    const video = uploader.upload(new Blob(), { rule: 'video' })
    const note = uploader.upload(new Blob(), { rule: 'note' })
    const uploads: readonly Upload[] = [video, note]
    for (const upload of uploads) upload.abort()
    expectTypeOf(video).toExtend<Upload>()
    expectTypeOf(note).toExtend<Upload>()
    expectTypeOf<CompleteResponse<{ a: 1 }>>().toExtend<CompleteResponse>()
  })

  it("determine the type of a resumed upload's result", async () => {
    const [interrupted] = await uploader.interrupted()
    if (!interrupted) return
    expectTypeOf(interrupted.rule).toEqualTypeOf<'video' | 'note' | undefined>()
    const { result } = await interrupted.resume().done
    expectTypeOf(result).toEqualTypeOf<{ watchAt: string } | undefined>()
    if (interrupted.rule === 'video') {
      const { result: own } = await interrupted.resume().done
      expectTypeOf(own).toEqualTypeOf<{ watchAt: string }>()
    }
  })

  it("require a rule's name if there are several", () => {
    // @ts-expect-error The signer could not tell which rule is meant.
    const unnamed = () => uploader.upload(new Blob())
    // @ts-expect-error The same with other options.
    const alsoUnnamed = () => uploader.upload(new Blob(), { metadata: { album: '7' } })
    expectTypeOf(unnamed).toBeFunction()
    expectTypeOf(alsoUnnamed).toBeFunction()
  })

  it('let the only rule be left out', () => {
    const one = createUploader<Pick<typeof rules, 'video'>>({
      endpoint: '/api/uploads',
      fetch: neverCalled,
    })
    const upload = one.upload(new Blob())
    expectTypeOf(upload.done).resolves.toEqualTypeOf<CompleteResponse<{ watchAt: string }>>()
    upload.abort()
    one.upload(new Blob(), { metadata: { album: '7' } }).abort()
    one.upload(new Blob(), { rule: 'video' }).abort()
  })

  it('can be passed through code that knows no rules', () => {
    const abortAll = (any: Pick<Uploader, 'interrupted' | 'forgetAll'>) => any.forgetAll()
    expectTypeOf(abortAll).toBeCallableWith(uploader)
  })

  it('reject a rule that does not exist', () => {
    // @ts-expect-error The signer has no such rule.
    uploader.upload(new Blob(), { rule: 'audio' }).abort()
  })

  it('are open if the rules are unknown', () => {
    const open = createUploader({ endpoint: '/api/uploads', fetch: neverCalled })
    open.upload(new Blob(), { rule: 'anything' }).abort()
  })

  it("give listeners their event's type", () => {
    const upload = uploader.upload(new Blob(), { rule: 'note' })
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
