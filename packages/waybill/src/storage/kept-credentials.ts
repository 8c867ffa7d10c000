/**
 * Caches the credentials that a provider returns until shortly before they expire. Some AWS SDK
 * providers, such as Vercel's, would otherwise call AWS every time.
 *
 * @module
 */

import type { Credentials, CredentialsProvider } from 'waybill-s3'
import { type ServerEffects, serverEffects } from './server-effects.ts'

/**
 * The AWS SDK renews five minutes before expiration too. Signatures never outlive their
 * credentials, so renewing later would shorten the signatures.
 */
const RENEW_MS = 5 * 60_000
/** Credentials with less time left are not used while the provider renews them. */
const USABLE_MS = 60_000
/** Prevents every request from calling a failing provider while the old credentials still work. */
const ASK_AGAIN_MS = 10_000
/** Time limit for the provider. The signer has its own, shorter limit. */
const MOST_MS = 20_000

interface KeepOptions extends Pick<ServerEffects, 'now'>, Partial<Pick<ServerEffects, 'later'>> {
  /** Called if a renewal fails while the old credentials still work. */
  readonly onError?: (error: unknown) => void
}

/**
 * Creates a function that returns the current credentials.
 *
 * Credentials with an `expiration` are cached. Five minutes before they expire, the provider is
 * called again, while callers continue to get the old ones. Credentials without an expiration are
 * requested every time. Concurrent callers share one call to the provider.
 *
 * @throws Whatever the provider throws, a `TypeError` if it returns invalid credentials, or an
 *   `Error` if it does not respond within 20 seconds.
 */
export function keptCredentials(
  provider: CredentialsProvider,
  { now, later = serverEffects().later, onError }: KeepOptions,
): () => Promise<Credentials> {
  if (typeof provider !== 'function') return async () => provider
  let kept: Credentials | undefined
  let asked: Promise<Credentials> | undefined
  let askedAtMs = Number.NEGATIVE_INFINITY
  const leftMs = () => (kept?.expiration ? kept.expiration.getTime() - now().getTime() : 0)

  const ask = async () => {
    try {
      const answer = await inTime(later, Promise.resolve(provider()))
      checkCredentials('credentials', answer)
      kept = answer.expiration && answer
      return answer
    } catch (error) {
      if (leftMs() > USABLE_MS) onError?.(error)
      throw error
    }
  }
  const askOnce = () => {
    // Workers do not allow one request to wait for a promise that another request created.
    if (globalThis.navigator?.userAgent === 'Cloudflare-Workers') return ask()
    asked ??= ask().finally(() => {
      asked = undefined
    })
    return asked
  }
  return async () => {
    const left = leftMs()
    if (!kept || left <= USABLE_MS) return askOnce()
    const atMs = now().getTime()
    // `Math.abs` lets renewals continue after the clock was set back.
    if (left <= RENEW_MS && Math.abs(atMs - askedAtMs) >= ASK_AGAIN_MS) {
      askedAtMs = atMs
      askOnce().catch(() => {}) // already reported to `onError`
    }
    return kept
  }
}

function inTime<Result>(later: ServerEffects['later'], answer: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`credentials did not return within ${MOST_MS} ms`))
    const answered = later(MOST_MS, late)
    answer.finally(answered).then(resolve, reject)
  })
}

/**
 * Validates credentials. Error messages never quote a value, because a secret may be in the wrong
 * place.
 *
 * @throws {TypeError} If a value is missing, has the wrong type, or begins or ends with white space.
 */
export function checkCredentials(option: string, credentials: unknown): void {
  if (typeof credentials !== 'object' || credentials === null) {
    const given = credentials === null ? 'null' : typeof credentials
    throw new TypeError(
      `${option} is ${given}, expected { accessKeyId, secretAccessKey } or a function`,
    )
  }
  for (const name of ['accessKeyId', 'secretAccessKey'] as const) {
    const value: unknown = Reflect.get(credentials, name)
    if (typeof value === 'string' && /^\s|\s$/.test(value)) {
      throw new TypeError(
        `${option}.${name} begins or ends with white space, so S3 would refuse every signature: remove it, for example from the environment variable`,
      )
    }
    if (typeof value === 'string' && value !== '') continue
    const given = value === '' ? 'empty' : value === null ? 'null' : typeof value
    const hint =
      value === undefined
        ? '; if it comes from an environment variable, the variable is not set where the server starts, or its name is misspelled'
        : ''
    throw new TypeError(`${option}.${name} is ${given}, expected a string${hint}`)
  }
  const expiration: unknown = Reflect.get(credentials, 'expiration')
  if (expiration === undefined) return
  if (!(expiration instanceof Date) || Number.isNaN(expiration.getTime())) {
    throw new TypeError(
      `${option}.expiration is not a valid Date: leave it out, or pass the Date at which they expire`,
    )
  }
}
