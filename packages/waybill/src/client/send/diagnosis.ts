/**
 * Tells configuration mistakes apart from network problems. Browsers do not tell a page why a
 * request got no readable response.
 *
 * A network problem must never fail an upload early, so a mistake has to be proven. There are three
 * kinds of proof. The browser blocks the address. The signer rejects the page's origin. Or the
 * storage has never sent this page a readable response, although it answers repeated `no-cors`
 * requests over a few seconds and the signer answers too. An outage, a captive portal or a single
 * rejected request proves nothing.
 *
 * @module
 */

import { UploadError, whose } from '../../protocol/upload-error.ts'
import { type Effects, inTime } from '../effects.ts'
import {
  hasAnswered,
  isRecord,
  originOf,
  parseSignerError,
  readAnswer,
  unansweredUrl,
} from './read-answer.ts'

/** A mistake is proven by this many findings in a row. */
const PROOFS = 3
/** The findings must span at least this time. */
const PROOF_MS = 4_000
const MAX_PROBE_MS = 5_000

const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\]|[^/:]*\.localhost)(?::|$)/
/** For these addresses, browsers may ask the user whether an HTTPS page may connect. */
const PRIVATE =
  /^http:\/\/(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+)+(?::|$)|\.local(?::|$)/

export interface SignerAddress {
  readonly endpoint: string
  readonly fetch: typeof globalThis.fetch
}

/**
 * A likely cause. `certain` fails the uploads immediately, `proof` fails them when repeated, and
 * `hint` never does.
 */
interface Finding {
  readonly weight: 'certain' | 'proof' | 'hint'
  readonly cause: UploadError
}

interface Suspicion {
  readonly isAsked?: boolean
  readonly cause?: UploadError | undefined
  readonly isProven?: boolean
  readonly proofs?: number
  readonly since?: number
  /** Set when the origin has not even answered a probe. From then on, nothing counts as proof. */
  readonly isOutage?: boolean
}

export class Diagnosis {
  readonly #effects: Pick<Effects, 'wait' | 'monotonicMs'>
  readonly #signer: SignerAddress
  readonly #page: string
  readonly #suspicions = new Map<string, Suspicion>()
  /** Origins blocked by the page's Content-Security-Policy. */
  readonly #refused = new Set<string>()

  constructor(effects: Pick<Effects, 'wait' | 'monotonicMs'>, signer: SignerAddress, page: string) {
    this.#effects = effects
    this.#signer = signer
    this.#page = page
    globalThis.document?.addEventListener('securitypolicyviolation', (event) => {
      if (event.disposition === 'enforce') this.#refused.add(originOf(event.blockedURI))
    })
  }

  /** @returns The proven mistake or, if there is none, the failure itself. */
  judge(failure: UploadError): UploadError {
    const there = this.#silent(failure)
    if (!there) return failure
    const { cause, isProven } = this.#suspicions.get(there) ?? {}
    return this.#blocked(failure, there) ?? (isProven ? cause : undefined) ?? failure
  }

  likely(failure: UploadError): UploadError {
    const there = this.#silent(failure)
    return (there ? this.#suspicions.get(there)?.cause : undefined) ?? failure
  }

  async examine(failure: UploadError, onProven: (mistake: UploadError) => void): Promise<void> {
    const there = this.#silent(failure)
    const before = (there && this.#suspicions.get(there)) || {}
    if (!there || before.isAsked || before.isProven || before.isOutage) return
    this.#suspicions.set(there, { ...before, isAsked: true })
    const found = await this.#find(failure, there)
    if (hasAnswered(there) || !found || found.weight === 'hint') {
      const isOutage = !found && failure.code !== 'SIGNER_UNAVAILABLE'
      this.#suspicions.set(there, { cause: found?.cause, isOutage })
      return
    }
    const { weight, cause } = found
    const now = this.#effects.monotonicMs()
    const { proofs = 0, since = now } = before
    const isProven = weight === 'certain' || (proofs + 1 >= PROOFS && now - since >= PROOF_MS)
    this.#suspicions.set(there, { cause, proofs: proofs + 1, since, isProven })
    if (isProven) onProven(cause)
  }

  /** @returns The request's origin, if this page has never read a response from it. */
  #silent(failure: UploadError): string | undefined {
    const url = unansweredUrl(failure)
    const there = url && originOf(url, this.#page)
    return there && there !== this.#page && !hasAnswered(there) ? there : undefined
  }

  #blocked({ code }: UploadError, there: string): UploadError | undefined {
    const isHttps = this.#page.startsWith('https:')
    const whose =
      code === 'SIGNER_UNAVAILABLE' ? "the page's endpoint" : "the signer's endpoint option"
    if (isHttps && /^http:/.test(there) && !LOOPBACK.test(there) && !PRIVATE.test(there)) {
      return new UploadError(
        'ADDRESS_BLOCKED',
        `browsers send nothing from ${this.#page} to ${there}, which is not https: change ${whose}`,
      )
    }
    if (!this.#refused.has(there)) return undefined
    return new UploadError(
      'ADDRESS_BLOCKED',
      `the page's Content-Security-Policy does not allow ${there}: add it to connect-src`,
    )
  }

  async #find(failure: UploadError, there: string): Promise<Finding | undefined> {
    const isSigner = failure.code === 'SIGNER_UNAVAILABLE'
    const page = this.#page
    if (LOOPBACK.test(there) && !LOOPBACK.test(page)) {
      const change = isSigner
        ? "the page's endpoint"
        : "the signer's endpoint option (the address of the storage)"
      const message = `${there} is the visitor's own device, but the page is at ${page}: change ${change} to an address that visitors' devices can reach`
      return { weight: 'proof', cause: new UploadError('ADDRESS_BLOCKED', message) }
    }
    const refusal = isSigner ? await this.#askSigner('/rules?cors') : undefined
    if (refusal?.code === 'ORIGIN_NOT_ALLOWED') {
      // If the list is empty, something else may set the CORS headers and only fail at times.
      const isEmpty = Array.isArray(refusal.details?.allowed)
      return { weight: isEmpty ? 'proof' : 'certain', cause: refusal }
    }
    const url = unansweredUrl(failure) ?? there
    if (!(await this.#answersUnreadably(url))) return undefined
    if (isSigner) {
      const message = `the server at ${this.#signer.endpoint} sent no CORS headers to ${page}: compare the page's endpoint with the path at which the signer is mounted (in Express, that of app.use); if they are the same, add ${page} to the signer's allowedOrigins; if it is there, a proxy in front of the signer drops the CORS headers`
      return { weight: 'hint', cause: new UploadError('NOT_FOUND', message) }
    }
    const message = `the storage at ${placeOf(url)} sent no CORS headers to ${page}: ${adviceFor(url, page)}`
    const cause = new UploadError('STORAGE_CORS_MISSING', message)
    return { weight: (await this.#askSigner('/rules')) ? 'proof' : 'hint', cause }
  }

  /**
   * Sends a request without headers or cookies, which needs no preflight.
   *
   * @returns `undefined` if no signer answers.
   */
  async #askSigner(
    call: '/rules' | '/rules?cors',
  ): Promise<UploadError | { readonly code: 'rules'; readonly details?: never } | undefined> {
    const { endpoint, fetch } = this.#signer
    return this.#inTime(async (signal) => {
      const init = { credentials: 'omit', redirect: 'manual', signal } as const
      const body: unknown = JSON.parse(
        await readAnswer(await fetch(`${endpoint}${call}`, init), 'signer'),
      )
      if (isRecord(body) && isRecord(body.rules)) return { code: 'rules' }
      return parseSignerError(body)
    })
  }

  /**
   * Checks whether the host answers a `no-cors` request. The signature is removed from the URL, so
   * that nothing is read or stored.
   */
  async #answersUnreadably(url: string): Promise<boolean | undefined> {
    const { origin, pathname } = new URL(url, this.#page)
    return this.#inTime(async (signal) => {
      const init = { method: 'HEAD', mode: 'no-cors', credentials: 'omit', signal } as const
      await this.#signer.fetch(`${origin}${pathname}`, { ...init, cache: 'no-store' })
      return true
    })
  }

  async #inTime<T>(ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const over = new AbortController()
    try {
      return await inTime(ask(over.signal), MAX_PROBE_MS, this.#effects.wait)
    } catch {
      return undefined
    } finally {
      over.abort()
    }
  }
}

/**
 * Returns the part of a URL that may be shown. A presigned POST goes to the bucket's URL, which is
 * no secret. Any other URL is presigned, so only its origin is shown.
 */
function placeOf(url: string): string {
  return url.includes('?') ? originOf(url) : url.replace(/\/$/, '')
}

/** A multipart upload proves that the bucket exists. */
function adviceFor(url: string, page: string): string {
  const rule = `the bucket's CORS rule has ${page} in AllowedOrigins, and PUT and POST in AllowedMethods`
  if (/[?&]uploadId=/.test(url)) return `check that ${rule}`
  const origin = originOf(url)
  const isS3 = /\.amazonaws\.com(?:\.cn)?$/.test(origin)
  const server = isS3 ? '' : ` ${origin} is an S3 server (the signer's endpoint option),`
  return `check, in this order, that${server} the bucket exists (the signer's bucket and region), and ${rule}`
}

const told = new Set<string>()

/**
 * Logs a console warning about a mistake that a developer should fix, once per message. Rejected
 * files are also logged, once per error code, because the rule may be stricter than intended.
 */
export function warnOnce(error: UploadError): void {
  const { code, message } = error
  if (whose(error) === 'upload') return
  const text = `waybill: ${code}: ${message} (see node_modules/waybill/docs/reference/errors.md)`
  const cause = whose(error) === 'file' ? code : text
  if (told.has(cause)) return
  told.add(cause)
  console.warn(text)
}
