/**
 * Types flow from the rules to the signer's hooks and to the client. `tsc` is what judges this file; at run time it
 * says only that the expressions exist.
 *
 * @module
 */

import { describe, expectTypeOf, it } from 'vitest'
import { type RuleName, type RuleResult, type UploadRules, uploadRule } from 'waybill'
import type { Upload } from 'waybill/client'
import { createSigner, type Signer } from 'waybill/signer'
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
  image: uploadRule({ types: ['image/*'], maxSize: 5_000_000, onComplete: ({ size }) => size > 7 }),
  plain: uploadRule({ types: ['text/plain'], maxSize: '1 KB' }),
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
        told: { types: ['a/b'], maxSize: 1, onComplete: async ({ key }) => ({ key }) },
        untold: { types: ['a/b'], maxSize: 1 },
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
