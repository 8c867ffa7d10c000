/**
 * The form fields that all of a signer's presigned POSTs share, and the start of the policy that
 * fixes their values.
 *
 * The session token makes up most of a policy, and the bucket and credential fields stay the same
 * for a day. They come first in the policy, so that their base64 can be cached. For each form, only
 * the conditions that differ (key, type, size, times) are written and encoded.
 *
 * @module
 */

import type { Credentials } from '../sigv4/credentials.ts'
import type { Digest } from '../sigv4/digest.ts'
import { ALGORITHM } from '../sigv4/sigv4.ts'
import type { FormTimes } from './form-times.ts'
import type { Condition } from './policy.ts'

export interface FormSigner {
  readonly bucket: string
  readonly credentials: Credentials
  readonly scope: string
  readonly digest: Digest
}

export interface CommonFields extends FormSigner {
  readonly fields: Readonly<Record<string, string>>
  /** The start of a policy in base64, without a form's own conditions. See `finishPolicy`. */
  readonly policyStart: string
}

/** Returns cached fields as long as the credentials and the scope stay the same. */
export type CommonFieldsOf = (credentials: Credentials, scope: string) => CommonFields

export function createCommonFields(bucket: string, digest: Digest): CommonFieldsOf {
  let latest: CommonFields | undefined
  return (credentials, scope) => {
    if (latest?.credentials !== credentials || latest.scope !== scope) {
      latest = makeFields({ bucket, credentials, scope, digest })
    }
    return latest
  }
}

function makeFields(signer: FormSigner): CommonFields {
  const { accessKeyId, sessionToken } = signer.credentials
  const fields = {
    bucket: signer.bucket,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${accessKeyId}/${signer.scope}`,
    ...(sessionToken && { 'X-Amz-Security-Token': sessionToken }),
  }
  const conditions = Object.entries(fields).map(([name, value]) => ({ [name]: value }))
  const start = `{"conditions":${JSON.stringify(conditions).slice(0, -1)}`
  return { ...signer, fields, policyStart: base64Start(start, signer.digest) }
}

/**
 * Encodes the start of a policy, padded to a multiple of three bytes. Base64 turns three bytes into
 * four characters, so the rest can only be encoded separately after a multiple of three.
 */
function base64Start(json: string, digest: Digest): string {
  const over = new TextEncoder().encode(json).length % 3
  return digest.base64(json + ' '.repeat((3 - over) % 3)) // JSON ignores the added spaces
}

/**
 * Completes a policy with one form's conditions.
 *
 * @param conditions - At least one.
 * @returns The policy in base64, which is both the `Policy` field and the string to sign.
 */
export function finishPolicy(
  { policyStart, digest }: CommonFields,
  conditions: readonly Condition[],
  { amzDate, expirationText }: FormTimes,
): string {
  const own = JSON.stringify(conditions).slice(1)
  const rest = `,{"X-Amz-Date":"${amzDate}"},${own},"expiration":"${expirationText}"}`
  return policyStart + digest.base64(rest)
}
