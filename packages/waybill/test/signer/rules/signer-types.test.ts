/**
 * What the types of `createSigner` let in: who may upload, contexts, origins. `tsc` is what judges
 * this file; at run time it says only that the expressions exist.
 *
 * @module
 */

import { describe, expectTypeOf, it } from 'vitest'
import { type RuleContext, type RuleName, type RuleResult, uploadRule } from 'waybill'
import { createSigner } from 'waybill/signer'
import { LIMITS, options, rules } from './typed-rules.ts'

describe("createSigner's types", () => {
  it('require each rule to say who may upload', () => {
    const create = () => {
      // @ts-expect-error: neither rules.open nor the signer says who may upload
      createSigner({ ...options, rules: { open: LIMITS } })
      // @ts-expect-error: the same of an inline rule
      createSigner({ ...options, rules: { open: { types: ['a/b'], maxSize: 1 } } })
      // @ts-expect-error: the same of one among others
      createSigner({ ...options, rules: { ...rules, open: uploadRule(LIMITS) } })
      // @ts-expect-error: false says nothing
      createSigner({ ...options, rules: { open: { ...LIMITS, public: false } } })
    }
    expectTypeOf(create).toBeFunction()
  })

  it('let the signer say it for all rules', () => {
    const signer = createSigner({
      ...options,
      authorize: async ({ headers }) => headers.cookie !== undefined && { owner: headers.cookie },
      rules: { plain: LIMITS, told: uploadRule({ ...LIMITS, onComplete: ({ key }) => key }) },
    })
    expectTypeOf<RuleResult<typeof signer.rules, 'told'>>().toEqualTypeOf<string>()
  })

  it('accept an authorize that returns an owner or false', () => {
    const signer = createSigner({
      ...options,
      rules: {
        at: { ...LIMITS, authorize: () => ({ owner: 'alice' }) },
        once: { ...LIMITS, authorize: async ({ headers }) => headers.a === 'b' && { owner: 'c' } },
        open: { ...LIMITS, public: true, authorize: ({ headers }) => ({ address: headers.a }) },
      },
    })
    expectTypeOf<RuleName<typeof signer.rules>>().toEqualTypeOf<'at' | 'once' | 'open'>()
  })

  it('reject an authorize that may return anything else', () => {
    const create = () => {
      // @ts-expect-error: undefined is no caller
      createSigner({ ...options, rules: { a: { ...LIMITS, authorize: () => undefined } } })
      createSigner({
        ...options,
        // @ts-expect-error: with an empty cookie this is ''
        rules: { a: { ...LIMITS, authorize: (r) => r.headers.cookie && { owner: 'x' } } },
      })
      // @ts-expect-error: an owner is a text
      createSigner({ ...options, rules: { a: { ...LIMITS, authorize: () => ({ owner: 7 }) } } })
      // @ts-expect-error: there is an owner
      createSigner({ ...options, rules: { a: { ...LIMITS, authorize: async () => ({}) } } })
      createSigner({
        ...options,
        // @ts-expect-error: an owner that may be missing is none
        rules: { a: { ...LIMITS, authorize: ({ headers }) => ({ owner: headers.user }) } },
      })
      createSigner({
        ...options,
        // @ts-expect-error: an owner is a text in a public rule too
        rules: { a: { ...LIMITS, public: true, authorize: () => ({ owner: 7 }) } },
      })
      // @ts-expect-error: the same of the signer's own
      createSigner({ ...options, authorize: () => true, rules: { a: LIMITS } })
    }
    expectTypeOf(create).toBeFunction()
  })
})

interface Session {
  readonly user: string
}

describe("a context's types", () => {
  it('come from the callbacks that accept one, and fetch requires it', () => {
    const signer = createSigner({
      ...options,
      rules: {
        a: {
          ...LIMITS,
          authorize: (_request, { user }: Session) => ({ owner: user }),
          accept: ({ file, context }) => file.name !== context.user || 'no',
        },
        b: { ...LIMITS, public: true, key: ({ id }, env: { bucket: string }) => env.bucket + id },
        c: { ...LIMITS, public: true, onComplete: ({ key }) => key },
      },
    })
    type Given = Parameters<typeof signer.fetch>[1]
    expectTypeOf<Given>().toEqualTypeOf<Session & { bucket: string }>()
    const request = new Request('https://app.example/')
    // @ts-expect-error: the rules want a context
    const without = () => signer.fetch(request)
    const other = () =>
      // @ts-expect-error: not another one
      signer.fetch(request, { user: 7, bucket: 'b' })
    expectTypeOf([without, other]).toBeArray()
  })

  it('are unnecessary if no callback accepts a context', () => {
    const signer = createSigner({ ...options, rules })
    expectTypeOf<Parameters<typeof signer.fetch>[1]>().toEqualTypeOf<unknown>()
    expectTypeOf(signer.fetch).toBeCallableWith(new Request('https://app.example/'))
  })

  it("also come from the signer's authorize", () => {
    const signer = createSigner({
      ...options,
      authorize: (_request, session: Session) => ({ owner: session.user }),
      rules: { a: LIMITS },
    })
    expectTypeOf<Parameters<typeof signer.fetch>[1]>().toEqualTypeOf<Session>()
  })

  it("are the same for all of uploadRule's callbacks", () => {
    const rule = uploadRule({
      ...LIMITS,
      authorize: async ({ headers }, session: Session) =>
        headers.cookie ? { owner: session.user } : (false as const),
      accept: ({ authorization, context }) => {
        expectTypeOf(authorization).toEqualTypeOf<{ owner: string }>()
        expectTypeOf(context).toEqualTypeOf<Session>()
        return true
      },
      key: async ({ id }, context) => {
        expectTypeOf(context).toEqualTypeOf<Session>()
        return id
      },
    })
    expectTypeOf<RuleContext<{ rule: typeof rule }>>().toEqualTypeOf<Session>()
  })

  it('require accept to return true, false or a message', () => {
    // @ts-expect-error: a missing answer accepts nothing
    uploadRule({ ...LIMITS, accept: () => undefined })
    uploadRule({ ...LIMITS, accept: async ({ file }) => (file.size ?? 0) < 7 || 'too much' })
  })
})

describe("allowedOrigins' type", () => {
  it('is a synchronous function', () => {
    const create = () => {
      const one = { ...options, rules: { a: { ...LIMITS, public: true } } } as const
      createSigner({ ...one, allowedOrigins: (origin) => origin.endsWith('.example.com') })
      // @ts-expect-error: a promise is true of every origin
      createSigner({ ...one, allowedOrigins: async () => false })
    }
    expectTypeOf(create).toBeFunction()
  })
})
