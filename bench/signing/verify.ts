/**
 * Checks, before anything is measured, that what a contestant signs is signed: a fast wrong answer wins nothing. With
 * the four steps of SigV4 one by one, not with the functions that are measured.
 *
 * @module
 */

import {
  canonicalQuery,
  canonicalRequest,
  credentialScope,
  platformDigest,
  signature,
  signingKey,
  stringToSign,
} from 'waybill/s3'
import { CREDENTIALS, PART_SIZE, REGION } from './workload.ts'

/** @throws {Error} When the form's signature is not the one of its policy. */
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

/** @throws {Error} When the URL is not signed for a PUT to its host, with its length where it says so. */
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
