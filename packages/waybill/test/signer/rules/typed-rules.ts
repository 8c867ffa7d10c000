/**
 * Rules whose types are known, and what else a signer needs.
 *
 * @module
 */

import { CREDENTIALS, SECRET } from '@waybill/test-support/signing'
import { expectTypeOf } from 'vitest'
import { uploadRule } from 'waybill'

export const rules = {
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

export const options = {
  bucket: 'uploads',
  region: 'eu-west-1',
  credentials: CREDENTIALS,
  secret: SECRET,
  allowedOrigins: [],
}

export const LIMITS = { types: ['a/b'], maxSize: 1 } as const
