import { describe, expectTypeOf, it } from 'vitest'
import { uploadRule } from 'waybill'
import { createUploader } from 'waybill/client'
import { uploadHooks } from 'waybill/react'
import { UploadDropzone as ReactDropzone } from 'waybill/react/dropzone'
import { uploadComposables } from 'waybill/vue'
import { UploadDropzone as VueDropzone } from 'waybill/vue/dropzone'

const rules = {
  video: uploadRule({
    types: ['video/mp4'],
    maxSize: '5 GiB',
    onComplete: async ({ key }) => ({ watchAt: `/watch/${key}` }),
  }),
  note: uploadRule({ types: ['text/plain'], maxSize: '1 MiB' }),
}

/** Never run: what it says is said to the compiler. */
function typed() {
  const hooks = uploadHooks<typeof rules>({ endpoint: '/api/uploads' })
  const { items } = hooks.useUploads('video', {
    onDone: ({ completed }) => {
      expectTypeOf(completed?.result).toEqualTypeOf<{ watchAt: string } | undefined>()
    },
  })
  expectTypeOf(items[0]?.completed?.result).toEqualTypeOf<{ watchAt: string } | undefined>()
  // @ts-expect-error There is no such rule.
  hooks.useUploads('videos')
  const composables = uploadComposables<typeof rules>({ endpoint: '/api/uploads' })
  const films = composables.useUploads('video')
  expectTypeOf(films.items.value[0]?.completed?.result).toEqualTypeOf<
    { watchAt: string } | undefined
  >()
  // @ts-expect-error There is no such rule.
  composables.useUploads('videos')
}

/** Never run either: both components are functions only to the compiler. */
function typedComponents() {
  const uploader = createUploader<typeof rules>({ endpoint: '/api/uploads' })
  ReactDropzone<typeof rules>({
    endpoint: '/api/uploads',
    rule: 'video',
    onStored: ({ completed }) => {
      expectTypeOf(completed?.result).toEqualTypeOf<{ watchAt: string } | undefined>()
    },
  })
  ReactDropzone({
    uploader,
    rule: 'note',
    onStored: ({ completed }) => {
      expectTypeOf(completed?.result).toEqualTypeOf<undefined>()
    },
  })
  VueDropzone({
    uploader,
    rule: 'video',
    onStored: ({ completed }) => {
      expectTypeOf(completed?.result).toEqualTypeOf<{ watchAt: string } | undefined>()
    },
  })
  ReactDropzone({ endpoint: '/api/uploads', rule: 'any name' })
  VueDropzone({ endpoint: '/api/uploads', rule: 'any name' })
  // @ts-expect-error There is no such rule.
  ReactDropzone<typeof rules>({ endpoint: '/api/uploads', rule: 'videos' })
  // @ts-expect-error There is no such rule.
  ReactDropzone({ uploader, rule: 'videos' })
  // @ts-expect-error There is no such rule.
  VueDropzone({ uploader, rule: 'videos' })
  // @ts-expect-error The signer has two rules.
  ReactDropzone({ uploader })
  // @ts-expect-error The signer has two rules.
  VueDropzone({ uploader })
  // @ts-expect-error There is neither an endpoint nor an uploader.
  ReactDropzone({ rule: 'any name' })
  // @ts-expect-error There is neither an endpoint nor an uploader.
  VueDropzone({ rule: 'any name' })
}

describe("the rules' types", () => {
  it('apply to hooks and composables', () => {
    expectTypeOf(typed).toBeFunction()
  })

  it('apply to components', () => {
    expectTypeOf(typedComponents).toBeFunction()
  })
})
