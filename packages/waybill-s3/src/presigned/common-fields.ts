/**
 * The form fields that all presigned POSTs of one signer share, and the start of the policy that
 * fixes their values.
 *
 * The session token is most of a policy, and the fields for the bucket and the credentials stay the
 * same for a day. So they come first and are cached in base64. For each form, only the conditions
 * that differ (key, type, size, times) have to be written and encoded.
 *
 * @module
 */

import type { Credentials } from '../sigv4/credentials.ts'
import type { Digest } from '../sigv4/digest.ts'
import { ALGORITHM } from '../sigv4/sigv4.ts'
import type { FormTimes } from './form-times.ts'
import type { Condition } from './policy.ts'

/** The bucket and the credentials that a form is signed with. */
export interface FormSigner {
  readonly bucket: string
  readonly credentials: Credentials
  readonly scope: string
  readonly digest: Digest
}

/** The shared form fields and the encoded start of the policy. */
export interface CommonFields extends FormSigner {
  readonly fields: Readonly<Record<string, string>>
  /** The start of a policy in base64, without this form's conditions. See `finishPolicy`. */
  readonly policyStart: string
}

/** Returns the shared fields. They are only computed again if credentials or scope have changed. */
export type CommonFieldsOf = (credentials: Credentials, scope: string) => CommonFields

/** Creates the function that computes a bucket's shared fields and caches the latest ones. */
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
 * Encodes the start of a policy, padded to a multiple of three bytes. Base64 encodes three bytes as
 * four characters, so the rest can only be encoded separately from such an offset.
 */
function base64Start(json: string, digest: Digest): string {
  const over = new TextEncoder().encode(json).length % 3
  return digest.base64(json + ' '.repeat((3 - over) % 3)) // JSON ignores the added spaces
}

/**
 * Completes a policy with the conditions of one form.
 *
 * @param conditions - This form's own conditions, at least one.
 * @returns The policy in base64: both the `Policy` field and the string to sign.
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
