/**
 * Why a store rejects a signed request: reads the cause from its first response.
 *
 * @module
 */

import { exchange, type S3CallContext, type StoreResponse, shown } from 'waybill/internal/storage'
import { textOf } from 'waybill-s3/internal/xml'
import { differs, type Finding, ok } from './check.ts'

/** A request that was signed, and the response to it. */
export interface SignedExchange {
  readonly reply: StoreResponse
  readonly signedAt: Date
  /** When the response arrived, by this machine's clock. */
  readonly receivedAt: Date
  /** The host and port that the request was sent to. */
  readonly host: string
  readonly region: string
  readonly bucket: string
  /** Whether a signer signed it, rather than this command. */
  readonly bySigner: boolean
}

export type Cause = 'address' | 'clock' | 'region' | 'keys' | 'bucket'

/** A difference that signatures tolerate, but that shortens or lengthens their validity. */
const TOLERATED_SECONDS = 60
const KEY_CODES = ['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'ExpiredToken']

/** Judges one possible cause. It counts as excluded if the response shows another cause. */
export function judge(cause: Cause, exchange: SignedExchange): Finding {
  return JUDGES[cause](exchange)
}

const JUDGES: Readonly<Record<Cause, (exchange: SignedExchange) => Finding>> = {
  address: ({ reply, host }) => {
    if (reply.status === 0) return differs(shown(reply), { fix: reachAdvice(host, reply) })
    const isList = reply.document?.name === 'ListBucketResult'
    const isS3 = isList || reply.code !== '' || reply.header('x-amz-request-id') !== undefined
    if (isS3) return ok(shown(reply))
    const page = /<html/i.test(reply.text) ? ', a web page' : ', not an answer of S3'
    const fix = `another program answers at ${host}. Correct the endpoint: the store's S3 API may have its own port or path`
    return differs(`${shown(reply)}${page}`, { fix })
  },
  clock: (exchange) => {
    const { reply, bySigner } = exchange
    const seconds = secondsBehind(exchange)
    const isRefused = reply.code === 'RequestTimeTooSkewed'
    if (!isRefused && Math.abs(seconds) < TOLERATED_SECONDS) return ok(`within a minute`)
    const whose = bySigner ? "the signer's clock" : "this machine's clock"
    const minutes = Math.round(Math.abs(seconds) / 60)
    const got = `${shown(reply)}; ${whose} is ${minutes} min ${seconds > 0 ? 'slow' : 'fast'}`
    const machine = bySigner ? 'the machine that the signer runs on' : 'this machine'
    return differs(got, {
      fix: `set the clock of ${machine}, and keep it set: timedatectl set-ntp true`,
    })
  },
  region: ({ reply, region, bySigner }) => {
    const right =
      (reply.document && textOf(reply.document, 'Region')) || reply.header('x-amz-bucket-region')
    if (right === undefined || right === region || !/^[\w-]{1,32}$/.test(right)) return ok(region)
    const here = bySigner ? '' : `--region ${right} here, and `
    const fix = `${here}region: '${right}' in createSigner`
    return differs(`${shown(reply)}; signed for ${region}, but the bucket is in ${right}`, { fix })
  },
  keys: (exchange) => {
    const { reply, host, bySigner } = exchange
    if (!KEY_CODES.includes(reply.code)) return ok(shown(reply))
    const signed = reply.document && textOf(reply.document, 'CanonicalRequest')
    const other = signed && /^host:(.*)$/m.exec(signed)?.[1]
    if (reply.code === 'SignatureDoesNotMatch' && other !== undefined && other !== host) {
      return differs(`${shown(reply)}; sent to ${host}, but the store received Host: ${other}`, {
        fix: `a proxy between changes the Host header, which the signature covers. Let it pass Host unchanged (nginx: proxy_set_header Host $http_host), or use the store's own address as endpoint`,
      })
    }
    const names = bySigner
      ? "the signer's credentials"
      : 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
    return differs(shown(reply), { fix: KEY_ADVICE[reply.code]?.(names) ?? '' })
  },
  bucket: ({ reply, bucket, region }) => {
    if (reply.code !== 'NoSuchBucket') return ok(shown(reply))
    const place =
      region === 'us-east-1' ? '' : ` --create-bucket-configuration LocationConstraint=${region}`
    return differs(shown(reply), {
      fix: 'correct the name, or create the bucket',
      code: `aws s3api create-bucket --bucket ${bucket} --region ${region}${place}`,
    })
  },
}

const KEY_ADVICE: Readonly<Record<string, (names: string) => string>> = {
  InvalidAccessKeyId: (names) =>
    `the store does not know this access key: correct ${names}. Each store and each AWS partition has its own keys`,
  SignatureDoesNotMatch: (names) =>
    `the secret access key does not belong to this access key: copy both anew to ${names}, without quotes or spaces`,
  InvalidToken: (names) =>
    `the session token does not belong to these keys: set it anew with ${names}, or remove AWS_SESSION_TOKEN`,
  ExpiredToken: (names) =>
    `the session has ended: sign in again (aws sso login), or renew ${names}`,
}

/** Positive if the signing clock is slow. 0 if the response has no date. */
function secondsBehind({ reply, signedAt, receivedAt, bySigner }: SignedExchange): number {
  const date = Date.parse(reply.header('date') ?? '')
  if (Number.isNaN(date)) return 0
  const ours = bySigner ? signedAt : receivedAt
  return Math.round((date - ours.getTime()) / 1000)
}

export function reachAdvice(host: string, { problem }: Pick<StoreResponse, 'problem'>): string {
  if (problem === 'ENOTFOUND' || problem === 'EAI_AGAIN') {
    return `no server has the name ${host}: correct the endpoint, or the network's DNS`
  }
  if (problem === 'ECONNREFUSED')
    return `nothing listens at ${host}: start the store, or correct the port`
  if (problem !== undefined && /CERT|TLS|SSL|SELF_SIGNED/.test(problem)) {
    return `the certificate of ${host} is not trusted: install a valid one, or pass its authority in NODE_EXTRA_CA_CERTS`
  }
  return `${host} does not answer: check the endpoint, and the firewall and proxy in between`
}

/**
 * Whether browsers let a page call an address.
 *
 * @see https://developer.mozilla.org/docs/Web/Security/Mixed_content
 */
export function seePage(origin: string, address: string): Finding {
  const page = new URL(origin)
  const target = new URL(address)
  if (isOpenPage(origin)) {
    return differs(`${origin} is not secure: anyone on the network can change the page`, {
      fix: `serve the page over https, and run this with --origin https://${page.host}`,
    })
  }
  if (page.protocol === 'https:' && target.protocol === 'http:' && !isLocal(target)) {
    return differs(`the page is on https, but ${target.origin} is not: browsers block the calls`, {
      fix: `use https://${target.host}`,
    })
  }
  return ok(origin)
}

/** Whether a page comes over plain HTTP from another machine. */
export function isOpenPage(origin: string): boolean {
  const page = new URL(origin)
  return page.protocol === 'http:' && !isLocal(page)
}

function isLocal({ hostname }: URL): boolean {
  return /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}

/** Sends preflights as a browser does, and reads what a page can see of the response to a request. */
export async function seeCors(
  s3: Pick<S3CallContext, 'fetch' | 'requestTimeoutMs'>,
  {
    origin,
    url,
    reply,
  }: { readonly origin: string; readonly url: string; readonly reply: StoreResponse },
): Promise<{ readonly got: string; readonly isAllowed: boolean }> {
  const preflight = (method: string) =>
    exchange(s3, url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'content-type',
      },
    })
  const [post, put] = [await preflight('POST'), await preflight('PUT')]
  const exposed = reply.header('access-control-expose-headers') ?? 'nothing'
  const isAllowed = [post, put, reply].every((each) =>
    [origin, '*'].includes(each.header('access-control-allow-origin') ?? ''),
  )
  return {
    got: `OPTIONS for POST ${shown(post)}, for PUT ${shown(put)}; headers exposed: ${exposed}`,
    // Pages need the ETag of each part.
    isAllowed: isAllowed && /\betag\b|\*/i.test(exposed),
  }
}

/** Returns an object's address. */
export async function objectUrl(s3: S3CallContext, key?: string): Promise<string> {
  const { url } = await s3.presigner.signRequest({
    method: 'PUT',
    ...(key === undefined ? {} : { key }),
    query: {},
    headers: {},
    credentials: await s3.credentials(),
    payloadHash: 'UNSIGNED-PAYLOAD',
  })
  return url
}
