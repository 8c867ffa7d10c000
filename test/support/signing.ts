/**
 * What the signer's tests share: a signer over fixed credentials, calls to it as plain objects, and forms judged by
 * their own policy.
 *
 * @module
 */

import type { CreateResponse, SignerRequest, SignerResponse, UploadRules } from 'waybill'
import { type CheckedOptions, createSigner, type Signer, type SignerOptions } from 'waybill/signer'
import { type Credentials, checkPolicy, parsePolicy } from 'waybill-s3'

export const NOW = new Date('2026-03-01T12:00:00Z')

export const CREDENTIALS: Credentials = {
  accessKeyId: 'AKIDTESTTESTTESTTEST',
  secretAccessKey: 'test-secret-access-key-0123456789abcdef',
  sessionToken: 'test-session-token-FwoGZXIvYXdzE',
}

export const SECRET = 'test-seal-secret-0123456789abcdefghij'

/** A rule that does not say who may upload. */
export const VIDEO_LIMITS = {
  types: ['video/mp4', 'image/*'],
  maxSize: '100 MiB',
} as const

/** The same, for every caller. */
export const VIDEO_RULE = { ...VIDEO_LIMITS, public: true } as const

export function signerFor<const Rules extends UploadRules>(
  rules: Rules,
  options: Partial<Omit<SignerOptions<Rules>, 'rules'>> = {},
): Signer<Rules> {
  const all = {
    bucket: 'uploads',
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    secret: SECRET,
    allowedOrigins: ['https://app.example.com'],
    onError: () => {},
    fetch: () => Promise.reject(new Error('this test needs no storage')),
    ...options,
    effects: { now: () => NOW, wait: async () => {}, ...options.effects },
    rules,
  }
  // Whether these rules say who may upload is what some tests ask at run time.
  return createSigner(all as CheckedOptions<Rules>)
}

/** Sends one JSON call. */
export function post(
  signer: Pick<Signer, 'handle'>,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<SignerResponse> {
  return signer.handle({
    method: 'POST',
    path,
    query: {},
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

export function get(
  signer: Pick<Signer, 'handle'>,
  query: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<SignerResponse> {
  return signer.handle({ method: 'GET', path: '', query, headers })
}

/** Sends a `POST` without a body, or whatever `request` says instead. */
export function send(
  signer: Pick<Signer, 'handle'>,
  request: Partial<SignerRequest>,
): Promise<SignerResponse> {
  return signer.handle({ method: 'POST', path: '', query: {}, headers: {}, ...request })
}

export const FILE = {
  name: 'holiday.mp4',
  size: 5_000_000,
  type: 'video/mp4',
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
} as const

/** @returns The one upload that a create call answers, as parsed JSON. */
export async function createOne(
  signer: Pick<Signer, 'handle'>,
  file: object = FILE,
  headers: Readonly<Record<string, string>> = {},
  rule?: string,
) {
  const { uploads } = JSON.parse(
    (await post(signer, '', { rule, files: [file] }, headers)).body,
  ) as CreateResponse
  const [upload] = uploads
  if (!upload) throw new Error('the signer answered no upload')
  return upload
}

/** @returns The one upload that a create call answers with strategy `post`. */
export async function createPost(signer: Pick<Signer, 'handle'>, file: object = FILE) {
  const upload = await createOne(signer, file)
  if (!('strategy' in upload) || upload.strategy !== 'post') {
    throw new Error(`the signer answered ${JSON.stringify(upload)}`)
  }
  return upload
}

/** @returns The code of an error response, or `undefined` for a success. */
export function codeOf({ body }: Pick<SignerResponse, 'body'>): string | undefined {
  const value: { error?: { code: string } } = body === '' ? {} : JSON.parse(body)
  return value.error?.code
}

/** Judges a form by its own policy, as S3 would, after `change`. */
export function judgeForm(
  fields: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | undefined>> = {},
  now: Date = NOW,
) {
  const policy = parsePolicy(fields.Policy ?? '')
  const sent = Object.entries({ ...fields, ...change })
  const lowerCase = new Map<string, string>()
  for (const [name, value] of sent) {
    if (value !== undefined) lowerCase.set(name.toLowerCase(), value)
  }
  return checkPolicy(policy, lowerCase, now)
}
