/**
 * Types flow from the rules to the signer's hooks and to the client. `tsc` is what judges this file; at run time it
 * says only that the expressions exist.
 *
 * @module
 */

import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type RuleContext,
  type RuleName,
  type RuleResult,
  type SignerRequest,
  type UploadRules,
  uploadRule,
} from 'waybill'
import { createUploader, type Upload } from 'waybill/client'
import { lambdaHandler } from 'waybill/lambda'
import { createSigner, memoryQuotas, type Signer } from 'waybill/signer'
import { CREDENTIALS, SECRET } from '../../support/signing.ts'

const rules = {
  video: uploadRule({
    types: ['video/mp4'],
    maxSize: '1 GiB',
    authorize: async ({ headers }) =>
      headers.cookie ? { owner: headers.cookie, tenant: 7 } : (false as const),
    key: ({ authorization, id }) => {
      expectTypeOf(authorization).toEqualTypeOf<{ owner: string; tenant: number }>()
      return `${authorization.tenant}/${id}`
    },
    onComplete: async ({ authorization, metadata }) => {
      expectTypeOf(authorization.tenant).toEqualTypeOf<number>()
      expectTypeOf(metadata).toEqualTypeOf<Readonly<Record<string, string>>>()
      return { videoId: authorization.tenant }
    },
  }),
  image: uploadRule({
    types: ['image/*'],
    maxSize: 5_000_000,
    public: true,
    onComplete: ({ size }) => size > 7,
  }),
  plain: uploadRule({ types: ['text/plain'], maxSize: '1 KB', public: true }),
}

const options = {
  bucket: 'uploads',
  region: 'eu-west-1',
  credentials: CREDENTIALS,
  secret: SECRET,
  allowedOrigins: [],
}

describe('rules', () => {
  it('type the signer', () => {
    const signer = createSigner({ ...options, rules })
    expectTypeOf(signer).toEqualTypeOf<Signer<typeof rules>>()
    expectTypeOf<RuleName<typeof signer.rules>>().toEqualTypeOf<'video' | 'image' | 'plain'>()
    expectTypeOf(signer).toExtend<Pick<Signer<UploadRules>, 'handle' | 'fetch'>>()
  })

  it('type what reaches the client', () => {
    expectTypeOf<RuleResult<typeof rules, 'video'>>().toEqualTypeOf<{ videoId: number }>()
    expectTypeOf<RuleResult<typeof rules, 'image'>>().toEqualTypeOf<boolean>()
    expectTypeOf<RuleResult<typeof rules, 'plain'>>().toEqualTypeOf<undefined>()
  })

  it('say whether there is a result', () => {
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

  it('are refused where they say what cannot be', () => {
    // @ts-expect-error: a size needs a unit that there is
    uploadRule({ types: ['a/b'], maxSize: '7 lightyears' })
    // @ts-expect-error: a rule has types
    uploadRule({ maxSize: 7 })
    // @ts-expect-error: there is no such rule
    expectTypeOf<RuleResult<typeof rules, 'nope'>>().toBeUndefined()
  })
})

const LIMITS = { types: ['a/b'], maxSize: 1 } as const

describe('the types of createSigner', () => {
  it('want of each rule who may upload', () => {
    const create = () => {
      // @ts-expect-error: rules.open says neither authorize nor public: true, nor has the signer authorize
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

  it('take an authorize whose answer is an owner or false', () => {
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

  it('refuse an authorize that may answer anything else', () => {
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
  it('make a signer and type its client', () => {
    const signer = createSigner({ ...options, rules: plain, quotas: memoryQuotas() })
    expectTypeOf<RuleName<typeof signer.rules>>().toEqualTypeOf<'photo' | 'note'>()
    expectTypeOf<RuleResult<typeof signer.rules, 'photo'>>().toEqualTypeOf<{ at: string }>()
    expectTypeOf<RuleResult<typeof plain, 'note'>>().toEqualTypeOf<undefined>()
    const uploader = createUploader<typeof plain>({ endpoint: '/api/uploads' })
    expectTypeOf(uploader.upload<'photo'>).returns.toExtend<Upload<{ at: string }>>()
  })

  it('are checked as written where they are written in the call', () => {
    const create = () => {
      // @ts-expect-error: a size needs a unit that there is
      createSigner({ ...options, rules: { a: { types: ['a/b'], maxSize: '7 x', public: true } } })
      createSigner({
        ...options,
        // @ts-expect-error: of a form, too
        rules: { a: { ...LIMITS, public: true, form: 'yes' } },
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

  it('are checked so by lambdaHandler, too', () => {
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

  it('that say nothing of who may upload are refused all the same', () => {
    const open = { a: { types: ['a/b'], maxSize: '1 MB' } }
    // @ts-expect-error: neither authorize nor public
    const create = () => createSigner({ ...options, rules: open })
    expect(create).toThrow(TypeError)
  })
})

interface Session {
  readonly user: string
}

describe('the types of a context', () => {
  it('come from the functions that take one, and fetch wants it', () => {
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

  it('may be left out where no function takes one', () => {
    const signer = createSigner({ ...options, rules })
    expectTypeOf<Parameters<typeof signer.fetch>[1]>().toEqualTypeOf<unknown>()
    expectTypeOf(signer.fetch).toBeCallableWith(new Request('https://app.example/'))
  })

  it('come from the authorize of the signer, too', () => {
    const signer = createSigner({
      ...options,
      authorize: (_request, session: Session) => ({ owner: session.user }),
      rules: { a: LIMITS },
    })
    expectTypeOf<Parameters<typeof signer.fetch>[1]>().toEqualTypeOf<Session>()
  })

  it('are the same for all functions of uploadRule', () => {
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

  it('want of accept true, false or words', () => {
    // @ts-expect-error: a missing answer accepts nothing
    uploadRule({ ...LIMITS, accept: () => undefined })
    uploadRule({ ...LIMITS, accept: async ({ file }) => (file.size ?? 0) < 7 || 'too much' })
  })
})

describe('the type of allowedOrigins', () => {
  it('is a function that answers at once', () => {
    const create = () => {
      const one = { ...options, rules: { a: { ...LIMITS, public: true } } } as const
      createSigner({ ...one, allowedOrigins: (origin) => origin.endsWith('.example.com') })
      // @ts-expect-error: a promise is true of every origin
      createSigner({ ...one, allowedOrigins: async () => false })
    }
    expectTypeOf(create).toBeFunction()
  })
})

describe('the types of uploadRule', () => {
  it('refuse an authorize that may answer anything else', () => {
    // @ts-expect-error: undefined is no caller
    uploadRule({ ...LIMITS, authorize: () => undefined })
    // @ts-expect-error: an owner is a text
    uploadRule({ ...LIMITS, authorize: async () => ({ owner: 7 }) })
    // @ts-expect-error: there is an owner
    uploadRule({ ...LIMITS, authorize: () => ({ tenant: 7 }) })
  })

  it('hand a public rule what its authorize returns, owner or not', () => {
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

  it("hand a rule of the signer's authorize an owner", () => {
    uploadRule({
      ...LIMITS,
      key: ({ id, authorization }) => {
        expectTypeOf(authorization.owner).toEqualTypeOf<string>()
        return `${authorization.owner}/${id}`
      },
    })
  })
})
