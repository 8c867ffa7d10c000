/**
 * Types flow from the rules to the signer's hooks and to the client. `tsc` is what judges this
 * file; at run time it says only that the expressions exist.
 *
 * @module
 */

import { describe, expectTypeOf, it } from 'vitest'
import {
  type RuleName,
  type RuleResult,
  type SignerRequest,
  type UploadRules,
  uploadRule,
} from 'waybill'
import { createUploader, type Upload } from 'waybill/client'
import { createSigner, memoryQuotas, type Signer } from 'waybill/signer'
import { lambdaHandler } from 'waybill-aws/lambda'
import type { OwnerMayBeUndefined, SoundRules } from '../../../src/signer/context/signer-options.ts'
import { LIMITS, options, rules } from './typed-rules.ts'

describe('rules', () => {
  it("determine the signer's types", () => {
    const signer = createSigner({ ...options, rules })
    expectTypeOf(signer).toEqualTypeOf<Signer<typeof rules>>()
    expectTypeOf<RuleName<typeof signer.rules>>().toEqualTypeOf<'video' | 'image' | 'plain'>()
    expectTypeOf(signer).toExtend<Pick<Signer<UploadRules>, 'handle' | 'fetch'>>()
  })

  it('determine the types that reach the client', () => {
    expectTypeOf<RuleResult<typeof rules, 'video'>>().toEqualTypeOf<{ videoId: number }>()
    expectTypeOf<RuleResult<typeof rules, 'image'>>().toEqualTypeOf<boolean>()
    expectTypeOf<RuleResult<typeof rules, 'plain'>>().toEqualTypeOf<undefined>()
  })

  it('determine whether there is a result', () => {
    const signer = createSigner({
      ...options,
      rules: {
        told: {
          types: ['a/b'],
          maxSize: 1,
          public: true,
          onComplete: async ({ key }) => ({ key }),
        },
        untold: { types: ['a/b'], maxSize: 1, public: true },
      },
    })
    type Answer<Name extends 'told' | 'untold'> = Awaited<
      Upload<RuleResult<typeof signer.rules, Name>>['done']
    >
    expectTypeOf<Answer<'told'>['result']>().toEqualTypeOf<{ key: string }>()
    expectTypeOf<Answer<'untold'>['result']>().toEqualTypeOf<undefined>()
  })

  it('are rejected if they contradict themselves', () => {
    // @ts-expect-error: a size needs a unit that there is
    uploadRule({ types: ['a/b'], maxSize: '7 lightyears' })
    // @ts-expect-error: a rule has types
    uploadRule({ maxSize: 7 })
    // @ts-expect-error: there is no such rule
    expectTypeOf<RuleResult<typeof rules, 'nope'>>().toBeUndefined()
  })
})

/** As a module exports it: TypeScript has widened '10 MB' to text and `true` to a boolean. */
const plain = {
  photo: {
    types: ['image/jpeg'],
    maxSize: '10 MB',
    minSize: '1 KB',
    form: '5 MB',
    public: true,
    quota: { files: 3, size: '1 GB', every: 'day' },
    onComplete: ({ key }: { readonly key: string }) => ({ at: key }),
  },
  note: {
    types: ['text/plain'],
    maxSize: 1000,
    authorize: ({ headers }: SignerRequest) =>
      headers.user === undefined ? (false as const) : { owner: headers.user },
  },
}

describe('rules in a plain object', () => {
  it("create a signer and determine its client's types", () => {
    const signer = createSigner({ ...options, rules: plain, quotas: memoryQuotas() })
    expectTypeOf<RuleName<typeof signer.rules>>().toEqualTypeOf<'photo' | 'note'>()
    expectTypeOf<RuleResult<typeof signer.rules, 'photo'>>().toEqualTypeOf<{ at: string }>()
    expectTypeOf<RuleResult<typeof plain, 'note'>>().toEqualTypeOf<undefined>()
    const uploader = createUploader<typeof plain>({ endpoint: '/api/uploads' })
    expectTypeOf(uploader.upload<'photo'>).returns.toExtend<Upload<{ at: string }>>()
  })

  it('are checked like literals if they are written in the call', () => {
    const create = () => {
      // @ts-expect-error: a size needs a unit that there is
      createSigner({ ...options, rules: { a: { types: ['a/b'], maxSize: '7 x', public: true } } })
      createSigner({
        ...options,
        // @ts-expect-error: of a form, too
        rules: { a: { ...LIMITS, public: true, form: 'yes' } },
      })
      createSigner({
        ...options,
        rules: {
          a: {
            types: ['a/b'],
            // @ts-expect-error: the compiler points at the size, and at nothing else of the rule
            maxSize: '20 gigs',
            authorize: ({ headers }) => headers.user !== undefined && { owner: headers.user },
          },
          b: { ...LIMITS, public: true },
        },
      })
      const quota = { size: '7 x', every: 'day' } as const
      createSigner({
        ...options,
        // @ts-expect-error: of a quota, too
        rules: { a: { ...LIMITS, public: true, quota } },
      })
      // @ts-expect-error: there is no such window
      uploadRule({ ...LIMITS, quota: { files: 1, every: 'week' } })
      // @ts-expect-error: a rule that is not public needs an owner
      createSigner({
        ...options,
        rules: { a: { ...LIMITS, public: false, authorize: () => ({}) } },
      })
    }
    expectTypeOf(create).toBeFunction()
  })

  it('may not have an undefined owner, and the compiler says so', () => {
    const create = (user: { readonly id: string } | undefined) => {
      createSigner({
        ...options,
        // @ts-expect-error: not "Property 'public' is missing": `OwnerMayBeUndefined`
        rules: { a: { ...LIMITS, authorize: () => ({ owner: user?.id }) } },
      })
      createSigner({
        ...options,
        // @ts-expect-error: neither async
        rules: { a: { ...LIMITS, authorize: async () => ({ owner: user?.id }) } },
      })
      createSigner({
        ...options,
        // @ts-expect-error: nor under a public rule
        rules: { a: { ...LIMITS, public: true, authorize: () => ({ owner: user?.id }) } },
      })
      const authorize = () => ({ owner: user?.id })
      const open = uploadRule({ ...LIMITS, public: true, authorize })
      // @ts-expect-error: nor under one that stands apart
      createSigner({ ...options, rules: { a: open } })
      // @ts-expect-error: nor in Lambda
      lambdaHandler({ rules: { a: open } })
      const maybe = () => (user ? { owner: user.id } : {})
      createSigner({ ...options, rules: { a: { ...LIMITS, public: true, authorize: maybe } } })
      createSigner({
        ...options,
        rules: { a: { ...LIMITS, authorize: () => user !== undefined && { owner: user.id } } },
      })
    }
    expectTypeOf(create).toBeFunction()
    const unsure = () => ({ owner: undefined as string | undefined })
    type Rules = SoundRules<{ a: { types: ['a/b']; maxSize: 1; authorize: typeof unsure } }>
    expectTypeOf<Rules['a']['authorize']>().toEqualTypeOf<typeof unsure & OwnerMayBeUndefined>()
  })

  it('are also checked by lambdaHandler', () => {
    const create = () => {
      // @ts-expect-error: a size needs a unit that there is
      lambdaHandler({ rules: { a: { types: ['a/b'], maxSize: '7 x', public: true } } })
      lambdaHandler({
        rules: { a: { types: ['a/b'], maxSize: '7 MB', public: true, key: ({ id }) => id } },
      })
      lambdaHandler({ rules: plain })
    }
    expectTypeOf(create).toBeFunction()
  })
})

describe("uploadRule's types", () => {
  it('reject an authorize that may return anything else', () => {
    // @ts-expect-error: undefined is no caller
    uploadRule({ ...LIMITS, authorize: () => undefined })
    // @ts-expect-error: an owner is a text
    uploadRule({ ...LIMITS, authorize: async () => ({ owner: 7 }) })
    // @ts-expect-error: there is an owner
    uploadRule({ ...LIMITS, authorize: () => ({ tenant: 7 }) })
  })

  it('pass a public rule what its authorize returns, with or without an owner', () => {
    uploadRule({
      ...LIMITS,
      public: true,
      authorize: ({ headers }) => ({ address: headers.forwarded ?? '' }),
      key: ({ id, authorization }) => {
        expectTypeOf(authorization).toEqualTypeOf<{ address: string }>()
        return `${authorization.address}/${id}`
      },
    })
  })

  it("pass an owner to a rule that uses the signer's authorize", () => {
    uploadRule({
      ...LIMITS,
      key: ({ id, authorization }) => {
        expectTypeOf(authorization.owner).toEqualTypeOf<string>()
        return `${authorization.owner}/${id}`
      },
    })
  })
})
