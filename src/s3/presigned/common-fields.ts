/**
 * The form fields that all presigned POSTs of one signer share, with the beginning of the policy that pins them.
 *
 * Four fifths of a policy are the session token. The fields that name bucket and credentials stay the same for a day;
 * written first and kept as base64, they cost nothing when the next form is signed. Only what differs (key, type,
 * size, instants) is turned into JSON and base64 again.
 *
 * @module
 */

import type { Credentials } from '../sigv4/credentials.ts'
import type { Digest } from '../sigv4/digest.ts'
import { ALGORITHM } from '../sigv4/sigv4.ts'
import type { FormTimes } from './form-times.ts'
import type { Condition } from './policy.ts'

/** In whose name a form is signed, for which bucket. */
export interface FormSigner {
  readonly bucket: string
  readonly credentials: Credentials
  readonly scope: string
  readonly digest: Digest
}

export interface CommonFields extends FormSigner {
  readonly fields: Readonly<Record<string, string>>
  /** Base64 of a policy up to the middle of its conditions; `finishPolicy` writes the rest. */
  readonly policyStart: string
}

let latest: CommonFields | undefined

export function commonFields(
  bucket: string,
  credentials: Credentials,
  scope: string,
  digest: Digest,
): CommonFields {
  if (
    latest?.bucket !== bucket ||
    latest.credentials !== credentials ||
    latest.scope !== scope ||
    latest.digest !== digest
  ) {
    latest = makeFields({ bucket, credentials, scope, digest })
  }
  return latest
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

/** Base64 writes three bytes in four characters: only on such an edge can two texts be encoded apart. */
function base64Start(json: string, digest: Digest): string {
  const over = new TextEncoder().encode(json).length % 3
  return digest.base64(json + ' '.repeat((3 - over) % 3)) // JSON ignores blanks
}

/**
 * @param conditions - What this one form is limited to besides; at least one.
 * @returns The base64 text that is both the `Policy` field and the string to sign.
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
