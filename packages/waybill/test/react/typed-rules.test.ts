import { describe, expectTypeOf, it } from 'vitest'
import { uploadRule } from 'waybill'
import { uploadHooks } from 'waybill/react'
import { uploadComposables } from 'waybill/vue'

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

describe('the types of the rules', () => {
  it('reach hooks and composables', () => {
    expectTypeOf(typed).toBeFunction()
  })
})
