/**
 * Explains why a signature does not match. It tries common client mistakes until one produces the
 * client's signature, and then shows how the request that the client signed differs from the one
 * that the server received.
 *
 * @module
 */

import { hash } from 'node:crypto'
import {
  type CanonicalRequestParts,
  canonicalRequest,
  stringToSign,
  uriEncodePath,
} from 'waybill-s3'
import { UNSIGNED_PAYLOAD } from 'waybill-s3/internal/sigv4'
import { type LocalCredentials, type Scope, sameSignature, sign } from './identity.ts'

export interface Mismatch {
  readonly canonical: CanonicalRequestParts
  readonly credentials: LocalCredentials
  readonly scope: Scope
  readonly amzDate: string
  readonly signature: string
}

/** A common client mistake, and the canonical request that results from it. */
export interface Mistake {
  readonly what: string
  readonly canonical: CanonicalRequestParts
}

/** @returns Log lines without session tokens and customer-provided keys. */
export async function traceSignature(mismatch: Mismatch): Promise<string> {
  const ours = canonicalRequest(mismatch.canonical)
  if (namesTooMuch(mismatch.canonical)) {
    return `  The signature covers more than ${MOST_SIGNED} parameters and headers, so no common mistake was tried.`
  }
  for (const mistake of mistakes(mismatch.canonical)) {
    const theirs = canonicalRequest(mistake.canonical)
    if (theirs !== ours && (await matches(mismatch, theirs))) {
      return `  The client signed ${withoutSecrets(mistake.what)}\n${sideBySide(ours, theirs)}`
    }
  }
  for (const [secretAccessKey, what] of secretMistakes(mismatch.credentials.secretAccessKey)) {
    const credentials = { ...mismatch.credentials, secretAccessKey }
    if (await matches({ ...mismatch, credentials }, ours)) return `  ${what}`
  }
  const lines = ours.split('\n').map((line) => `    ${withoutSecrets(line)}`)
  return `  No common mistake explains it, so the secret access key is probably wrong. Computed here:\n${lines.join('\n')}`
}

/**
 * The maximum number of parameters and headers to try. Clients usually sign about twelve. Trying
 * thousands would block the server.
 */
const MOST_SIGNED = 100

function namesTooMuch({ query, headers }: CanonicalRequestParts): boolean {
  return query.split('&').length + Object.keys(headers).length > MOST_SIGNED
}

async function matches(mismatch: Mismatch, canonical: string): Promise<boolean> {
  const { amzDate, scope, credentials, signature } = mismatch
  const text = stringToSign(amzDate, scope.text, hash('sha256', canonical))
  return sameSignature(await sign(credentials, scope.text, text), signature)
}

function* mistakes(sent: CanonicalRequestParts): Generator<Mistake> {
  for (const method of ['GET', 'HEAD', 'PUT', 'POST', 'DELETE']) {
    yield { what: `the method ${method}, and sent ${sent.method}`, canonical: { ...sent, method } }
  }
  yield* hostMistakes(sent)
  yield* pathMistakes(sent)
  yield* queryMistakes(sent)
  yield* payloadMistakes(sent)
  yield* headerMistakes(sent)
}

function* hostMistakes(sent: CanonicalRequestParts): Generator<Mistake> {
  const host = sent.headers.host ?? ''
  const [name = '', port] = host.split(':')
  const withPort = (other: string) => (port === undefined ? other : `${other}:${port}`)
  const first = sent.path.split('/')[1] ?? ''
  const others = [
    name,
    withPort('localhost'),
    withPort('127.0.0.1'),
    withPort('0.0.0.0'),
    withPort('[::1]'),
    `${name}:80`,
    `${name}:443`,
    `${first}.${host}`,
  ]
  for (const other of others) {
    yield {
      what: `the host '${other}', and sent '${host}'`,
      canonical: { ...sent, headers: { ...sent.headers, host: other } },
    }
  }
}

function* pathMistakes(sent: CanonicalRequestParts): Generator<Mistake> {
  const decoded = decodeURIComponent(sent.path)
  const [, bucket = '', ...key] = sent.path.split('/')
  const paths: readonly (readonly [string, string])[] = [
    ['the path encoded twice; S3 encodes it once', uriEncodePath(sent.path)],
    ['the path without encoding it', decoded],
    ['the path with %2F for the slashes in the key', `/${bucket}/${key.join('%2F')}`],
    ['the path normalized, as for other AWS services', new URL(`http://x${sent.path}`).pathname],
    ['the path without the bucket', `/${key.join('/')}`],
    ['the path with a slash at its end', `${sent.path}/`],
    ['the path without the slash at its end', sent.path.replace(/\/$/, '')],
  ]
  for (const [what, path] of paths) yield { what, canonical: { ...sent, path } }
}

function* queryMistakes(sent: CanonicalRequestParts): Generator<Mistake> {
  const pairs = sent.query.split('&')
  for (const [index, pair] of pairs.entries()) {
    const query = pairs.toSpliced(index, 1).join('&')
    const name = pair.split('=')[0] ?? ''
    yield { what: `the request without the parameter '${name}'`, canonical: { ...sent, query } }
  }
  yield {
    what: 'the query without sorting it',
    canonical: { ...sent, query: pairs.toReversed().join('&') },
  }
  yield {
    what: 'spaces in the query as +',
    canonical: { ...sent, query: sent.query.replaceAll('%20', '+') },
  }
}

function* payloadMistakes(sent: CanonicalRequestParts): Generator<Mistake> {
  const hashes: readonly (readonly [string, string])[] = [
    ['UNSIGNED-PAYLOAD as the payload hash', UNSIGNED_PAYLOAD],
    ['the hash of an empty payload', hash('sha256', '')],
    ['an empty payload hash', ''],
  ]
  for (const [what, payloadHash] of hashes) yield { what, canonical: { ...sent, payloadHash } }
}

function* headerMistakes(sent: CanonicalRequestParts): Generator<Mistake> {
  for (const [name, value] of Object.entries(sent.headers)) {
    if (name === 'host') continue
    const { [name]: _, ...rest } = sent.headers
    const change = (headers: Readonly<Record<string, string>>) => ({ ...sent, headers })
    yield { what: `the request without the header ${name}`, canonical: change(rest) }
    yield { what: `an empty ${name}`, canonical: change({ ...rest, [name]: '' }) }
    const [bare = ''] = value.split(';')
    yield {
      what: `${name}: ${bare}, and sent ${value}`,
      canonical: change({ ...rest, [name]: bare }),
    }
    // The file may have changed after its length was signed, or the length is that of other data.
    if (name === 'content-length') yield* lengthMistakes(sent, Number(value))
  }
}

/** The largest difference in bytes between the sent length and the lengths to try. */
const NEAR = 64

function* lengthMistakes(sent: CanonicalRequestParts, length: number): Generator<Mistake> {
  for (let other = Math.max(0, length - NEAR); other <= length + NEAR; other += 1) {
    yield {
      what: `content-length ${other}, and sent ${length} bytes`,
      canonical: { ...sent, headers: { ...sent.headers, 'content-length': String(other) } },
    }
  }
}

/** Yields secrets with common mistakes from `.env` and secret files. */
function* secretMistakes(secret: string): Generator<readonly [string, string]> {
  for (const end of ['\n', '\r\n', '\r', ' ', '\t']) {
    const name = { ' ': 'a space', '\t': 'a tab' }[end] ?? 'a line break'
    yield [`${secret}${end}`, `The client's secret access key ends with ${name}. Remove it.`]
  }
  for (const quote of ['"', "'"]) {
    yield [
      `${quote}${secret}${quote}`,
      "The client's secret access key has quotes around it. Remove them.",
    ]
  }
}

function sideBySide(ours: string, theirs: string): string {
  const left = ours.split('\n')
  const right = theirs.split('\n')
  const lines: string[] = []
  let a = 0
  let b = 0
  while (a < left.length || b < right.length) {
    if (left[a] === right[b]) {
      lines.push(`    ${left[a]}`)
      a += 1
      b += 1
      continue
    }
    const missing = left[a] === undefined ? -1 : right.indexOf(left[a] ?? '', b)
    if (missing < 0 && a < left.length) {
      lines.push(`  - ${left[a]}`)
      a += 1
    } else {
      lines.push(`  + ${right[b]}`)
      b += 1
    }
  }
  return ['    (- computed here, + signed by the client)', ...lines].map(withoutSecrets).join('\n')
}

/** Removes session tokens and customer-provided keys from a line of a canonical request. */
export function withoutSecrets(line: string): string {
  return line
    .replace(/(-server-side-encryption-customer-key[:=\s])[^&]+/gi, '$1…')
    .replace(/(X-Amz-Security-Token=)[^&]+/gi, '$1…')
    .replace(/^([ +-]*x-amz-security-token[:\s]).*/, '$1…')
}
