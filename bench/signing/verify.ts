/**
 * Verifies the signatures of the contestants before the measurement, so that wrong ones do not take
 * part. It uses the four steps of SigV4, not the measured functions.
 *
 * @module
 */

import {
  canonicalQuery,
  canonicalRequest,
  credentialScope,
  signature,
  signingKey,
  stringToSign,
} from 'waybill-s3'
import { platformDigest } from '../../packages/waybill-s3/src/sigv4/digest.ts'
import { CREDENTIALS, PART_SIZE, REGION } from './workload.ts'

/**
 * Verifies a form.
 * @throws {Error} When the signature is not that of the policy.
 */
export async function verifyForm(
  name: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  const lower = Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field.toLowerCase(), value]),
  )
  const expected = await sign(lower['x-amz-date'] ?? '', lower.policy ?? '')
  if (lower['x-amz-signature'] !== expected) throw new Error(`${name}: the form is not signed`)
}

/**
 * Verifies the URL of a part.
 * @throws {Error} When it is not signed for a PUT to its host (and the length, if that is signed).
 */
export async function verifyPartUrl(name: string, text: string): Promise<void> {
  const url = new URL(text)
  const query = [...url.searchParams].filter(([parameter]) => parameter !== 'X-Amz-Signature')
  const names = url.searchParams.get('X-Amz-SignedHeaders')?.split(';') ?? []
  const values: Record<string, string> = { host: url.host, 'content-length': String(PART_SIZE) }
  const request = canonicalRequest({
    method: 'PUT',
    path: url.pathname,
    query: canonicalQuery(query),
    headers: Object.fromEntries(names.map((header) => [header, values[header] ?? ''])),
    payloadHash: 'UNSIGNED-PAYLOAD',
  })
  const amzDate = url.searchParams.get('X-Amz-Date') ?? ''
  const hash = await platformDigest().sha256Hex(request)
  const expected = await sign(
    amzDate,
    stringToSign(amzDate, credentialScope(amzDate, REGION), hash),
  )
  if (url.searchParams.get('X-Amz-Signature') !== expected) {
    throw new Error(`${name}: the URL is not signed`)
  }
}

async function sign(amzDate: string, text: string): Promise<string> {
  const key = await signingKey(CREDENTIALS.secretAccessKey, credentialScope(amzDate, REGION))
  return signature(key, text)
}
