/**
 * Presigned forms, right or wrong in one single respect.
 *
 * @module
 */

import { type Condition, credentialScope, formatAmzDate, signature, signingKey } from 'waybill-s3'
import type { RawRequest } from './raw-request.ts'
import { bytesOf, type Signer } from './signing.ts'

export interface FormOptions {
  readonly bucket: string
  readonly key: string
  /** Besides the signed ones; each is pinned in the policy. */
  readonly fields?: Readonly<Record<string, string>>
  /** Sent, but not in the policy. */
  readonly extraFields?: Readonly<Record<string, string>>
  readonly conditions?: readonly Condition[]
  /** The policy's condition on the key. @default The key itself */
  readonly keyCondition?: Condition
  /** The policy's condition on the bucket; `undefined`, given as such, leaves it out. @default The bucket itself */
  readonly bucketCondition?: Condition | undefined
  readonly file?: string | Uint8Array
  readonly fileName?: string
  readonly expiration?: Date
  readonly now?: Date
  /** The policy itself, in place of the one made of the conditions. Base64 */
  readonly policy?: string
  /** Changes the fields after they were signed. */
  readonly tamper?: (fields: Map<string, string>) => void
  /** Where it is sent. @default The bucket */
  readonly path?: string
  /** Raw text between the fields and the closing boundary, in place of the file. */
  readonly tail?: (boundary: string) => string
  readonly contentType?: string
}

const BOUNDARY = 'waybill-conformance-boundary'

/** @returns The request that a browser would send for this form. */
export async function formRequest(signer: Signer, options: FormOptions): Promise<RawRequest> {
  const fields = await formFields(signer, options)
  options.tamper?.(fields)
  const parts: Uint8Array[] = []
  const text = (value: string) => parts.push(Buffer.from(value))
  for (const [name, value] of fields) {
    text(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
  }
  if (options.tail) {
    text(options.tail(BOUNDARY))
  } else {
    const name = options.fileName ?? 'file.bin'
    text(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/plain\r\n\r\n`,
    )
    parts.push(bytesOf(options.file ?? 'hello') ?? new Uint8Array())
    text(`\r\n--${BOUNDARY}--\r\n`)
  }
  return {
    method: 'POST',
    path: options.path ?? `/${options.bucket}`,
    headers: {
      host: signer.host,
      'content-type': options.contentType ?? `multipart/form-data; boundary=${BOUNDARY}`,
    },
    body: Buffer.concat(parts),
  }
}

async function formFields(signer: Signer, options: FormOptions): Promise<Map<string, string>> {
  const now = options.now ?? new Date()
  const amzDate = formatAmzDate(now)
  const scope = credentialScope(amzDate, signer.region)
  const { accessKeyId, secretAccessKey } = signer.credentials
  const signed: Record<string, string> = {
    ...options.fields,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKeyId}/${scope}`,
    'X-Amz-Date': amzDate,
  }
  const bucket = 'bucketCondition' in options ? options.bucketCondition : { bucket: options.bucket }
  const conditions: Condition[] = [
    ...(bucket === undefined ? [] : [bucket]),
    options.keyCondition ?? { key: options.key },
    ...Object.entries(signed).map(([name, value]) => ({ [name]: value })),
    ...(options.conditions ?? []),
  ]
  const expiration = options.expiration ?? new Date(now.getTime() + 300_000)
  const base64 = (value: string) => Buffer.from(value).toString('base64')
  const policy = options.policy ?? base64(JSON.stringify({ expiration, conditions }))
  const key = await signingKey(secretAccessKey, scope)
  return new Map([
    ...Object.entries({ key: options.key, ...signed, ...options.extraFields }),
    ['Policy', policy],
    ['X-Amz-Signature', await signature(key, policy)],
  ])
}
