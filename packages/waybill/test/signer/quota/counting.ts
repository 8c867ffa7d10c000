/**
 * A signer that counts what it grants, and what becomes of each file of a call to it.
 *
 * @module
 */

import { post, signerFor, VIDEO_LIMITS } from '@waybill/test-support/signing'
import type { ErrorMessage, UploadRules } from 'waybill'
import { memoryQuotas, type Signer, type SignerOptions } from 'waybill/signer'

export const MIB = 1024 ** 2
export const EXCEEDED = 'QUOTA_EXCEEDED'

/** A rule whose owner is who the cookie names. */
export const MINE = {
  ...VIDEO_LIMITS,
  authorize: ({ headers }: { headers: Readonly<Record<string, string>> }) => ({
    owner: headers.cookie ?? 'anna',
  }),
}

const DAY = { files: 3, size: '200 MiB', every: 'day' } as const
export const RULES = { video: { ...MINE, quota: DAY } }

type More = Partial<Omit<SignerOptions<UploadRules>, 'rules'>>

export function counting(rules: UploadRules = RULES, more: More = {}): Signer<UploadRules> {
  return signerFor<UploadRules>(rules, { quotas: memoryQuotas(), ...more })
}

/** @returns The answer of a create call, and of each file its error's code or `granted`. */
export async function create(
  signer: Pick<Signer, 'handle'>,
  files: readonly object[],
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await post(signer, '', { files }, headers)
  const { uploads }: { uploads: (object | ErrorMessage)[] } = JSON.parse(response.body)
  const codes = uploads.map((upload) => ('error' in upload ? upload.error.code : 'granted'))
  return { ...response, uploads, codes }
}

export function times<Item>(count: number, item: Item): Item[] {
  return Array.from({ length: count }, () => item)
}
