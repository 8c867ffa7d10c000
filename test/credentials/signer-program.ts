/**
 * A signer whose `credentials` are a provider of the AWS SDK or of Vercel, as an application passes
 * it. It signs two hundred forms at once, then uploads one file, and prints a `Report`.
 *
 * @module
 */

import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import { awsCredentialsProvider } from '@vercel/oidc-aws-credentials-provider'
import { createSigner } from 'waybill/signer'

/** What the program prints. */
export interface Report {
  /** How many of the calls made together had each status. */
  readonly together: Readonly<Record<number, number>>
  /** Error codes of those that were refused. */
  readonly codes: readonly string[]
  readonly upload?: { readonly stored: number; readonly completed: number }
  readonly errors: readonly string[]
}

const { PROVIDER, S3_ENDPOINT: endpoint = '' } = process.env
const errors: string[] = []
const signer = createSigner({
  bucket: 'uploads',
  region: 'us-east-1',
  endpoint,
  credentials:
    PROVIDER === 'vercel'
      ? awsCredentialsProvider({ roleArn: 'arn:aws:iam::123456789012:role/uploads' })
      : fromNodeProviderChain({ maxRetries: 0, timeout: 5_000 }),
  secret: 'a secret of the tests, long enough to seal',
  allowedOrigins: [],
  rules: { any: { types: ['text/plain'], maxSize: '1 KiB', public: true, form: true } },
  onError: (error) => errors.push(String(error)),
})

async function call(path: string, body: object) {
  const response = await signer.fetch(
    new Request(`http://signer${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  )
  return { status: response.status, body: await response.json() }
}

const BYTES = new TextEncoder().encode('hello')
const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', BYTES)).toString('base64')
const FILE = { name: 'a.txt', type: 'text/plain', size: BYTES.length, sha256 }

const create = () => call('', { files: [FILE] })

async function upload() {
  const { body } = await create()
  const [grant] = body.uploads
  const form = new FormData()
  for (const [name, value] of Object.entries<string>(grant.presignedPost.fields)) {
    form.append(name, value)
  }
  form.append('file', new Blob([BYTES]))
  const { status: stored } = await fetch(grant.presignedPost.url, { method: 'POST', body: form })
  const { status: completed } = await call('/complete', { waybill: grant.waybill })
  return { stored, completed }
}

async function form() {
  const response = await signer.fetch(new Request('http://signer/?type=text/plain'))
  return { status: response.status, body: await response.json() }
}

const answers = await Promise.all(Array.from({ length: 200 }, form))
const together: Record<number, number> = {}
for (const { status } of answers) together[status] = (together[status] ?? 0) + 1
const codes = answers.flatMap(({ body }) => (body.error ? [body.error.code] : []))
const report: Report = {
  together,
  codes,
  ...(codes.length > 0 ? {} : { upload: await upload() }),
  errors,
}
console.log(JSON.stringify(report))
