/**
 * A signer as one writes it by hand behind `node:http`: it checks the file, makes a key and signs a
 * policy. Nothing is sealed, nothing is kept but the signing key of the day.
 *
 * @module
 */

import { createHmac, randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import {
  BUCKET,
  CREDENTIALS,
  EXPIRES_IN_SECONDS,
  MAX_SIZE,
  REGION,
  RULE,
  TYPES,
  USER_HEADER,
} from '../workload.ts'

/** Makes the listener. */
export function byHand(): RequestListener {
  return jsonListener(signForm)
}

/** Makes a listener that reads the call, checks it, and answers what `sign` returns. */
export function jsonListener(sign: (file: CheckedFile) => unknown): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      try {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
        const file = checkCall(request.headers[USER_HEADER], body)
        const presignedPost = await sign(file)
        const text = JSON.stringify({ uploads: [{ strategy: 'post', presignedPost }] })
        response.writeHead(201, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        })
        response.end(text)
      } catch (error) {
        response.writeHead(400).end(String(error))
      }
    })
  }
}

/** A file that has been checked. */
export interface CheckedFile {
  readonly size: number
  readonly type: string
  readonly sha256: string
}

/** Checks the caller and what it says of its file. */
export function checkCall(owner: unknown, body: unknown): CheckedFile {
  if (typeof owner !== 'string' || owner === '') throw new TypeError('unknown caller')
  const { rule, files } = body as { rule: unknown; files: readonly Record<string, unknown>[] }
  const { name, size, type, sha256 } = files[0] ?? {}
  if (rule !== RULE || typeof name !== 'string') throw new TypeError('no such rule, or no name')
  if (typeof size !== 'number' || size < 1 || size > MAX_SIZE) throw new TypeError('wrong size')
  if (typeof type !== 'string' || !TYPES.includes(type)) throw new TypeError('wrong type')
  if (typeof sha256 !== 'string' || sha256.length !== 44) throw new TypeError('wrong SHA-256')
  return { size, type, sha256 }
}

/** Returns the key of a new object. */
export function newKey(): string {
  return `uploads/${randomUUID()}.jpg`
}

/** The fields of a form for that file which are not about the signature. */
export function fieldsOf({ type, sha256 }: CheckedFile): Record<string, string> {
  return {
    'Content-Type': type,
    'x-amz-checksum-algorithm': 'SHA256',
    'x-amz-checksum-sha256': sha256,
  }
}

let kept: { readonly date: string; readonly key: Buffer } | undefined

function signingKey(date: string): Buffer {
  if (kept?.date !== date) {
    const hmac = (key: string | Buffer, text: string) =>
      createHmac('sha256', key).update(text).digest()
    const ofDate = hmac(`AWS4${CREDENTIALS.secretAccessKey}`, date)
    kept = { date, key: hmac(hmac(hmac(ofDate, REGION), 's3'), 'aws4_request') }
  }
  return kept.key
}

/** Signs the form of a file. */
export function signForm(file: CheckedFile): { url: string; fields: Record<string, string> } {
  const now = new Date()
  const amzDate = `${now.toISOString().replace(/[-:]|\..*/g, '')}Z`
  const date = amzDate.slice(0, 8)
  const signed = {
    ...fieldsOf(file),
    bucket: BUCKET,
    key: newKey(),
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${CREDENTIALS.accessKeyId}/${date}/${REGION}/s3/aws4_request`,
    'X-Amz-Date': amzDate,
  }
  const conditions = [
    ['content-length-range', file.size, file.size],
    ...Object.entries(signed).map(([name, value]) => ({ [name]: value })),
  ]
  const expiration = new Date(now.getTime() + EXPIRES_IN_SECONDS * 1000).toISOString()
  const Policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64')
  const signature = createHmac('sha256', signingKey(date)).update(Policy).digest('hex')
  return {
    url: `https://${BUCKET}.s3.${REGION}.amazonaws.com/`,
    fields: { ...signed, Policy, 'X-Amz-Signature': signature },
  }
}
