/**
 * Keeps the credentials that a function returns until shortly before they expire. Providers of the
 * AWS SDK can then be passed as they are: some of them, such as Vercel's, ask AWS each time they
 * are called.
 *
 * @module
 */

import type { Credentials, CredentialsProvider } from 'waybill-s3'
import { type ServerEffects, serverEffects } from './server-effects.ts'

/** As the AWS SDK does. A signature never outlives the credentials, so later would be too short. */
const RENEW_MS = 5 * 60_000
/** Credentials with less time left are not used while their renewal is under way. */
const USABLE_MS = 60_000
/** While old credentials still work, a provider that fails is not asked at each call. */
const ASK_AGAIN_MS = 10_000
/** All calls wait for one answer. The signer has a shorter limit, and an error of its own. */
const MOST_MS = 20_000

/** The clock, and who is told of a renewal that failed while the old credentials still work. */
interface KeepOptions extends Pick<ServerEffects, 'now'>, Partial<Pick<ServerEffects, 'later'>> {
  readonly onError?: (error: unknown) => void
}

/**
 * Makes a function that returns the current credentials.
 *
 * Credentials with an `expiration` are kept; five minutes before it, the provider is asked again,
 * while calls go on with the old ones. Credentials without one are asked for at each call. Calls
 * that come while the provider is being asked share its answer.
 *
 * @throws What the provider throws, or a `TypeError` when it returns no credentials. An `Error`
 *   when it does not answer for 20 seconds: the next call asks again.
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
    // In Workers a promise belongs to the request that made it.
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
    // A clock that is set back does not end the renewals.
    if (left <= RENEW_MS && Math.abs(atMs - askedAtMs) >= ASK_AGAIN_MS) {
      askedAtMs = atMs
      askOnce().catch(() => {}) // `onError` was told
    }
    return kept
  }
}

function inTime<Answer>(later: ServerEffects['later'], answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`credentials gave no answer for ${MOST_MS} ms`))
    const answered = later(MOST_MS, late)
    answer.finally(answered).then(resolve, reject)
  })
}

/**
 * Checks credentials that JavaScript callers gave: an environment variable may be missing. Messages
 * never quote a value, because a secret may be in the wrong place.
 *
 * @throws {TypeError}
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
    if (typeof value === 'string' && value !== '') continue
    const given = value === '' ? 'empty' : value === null ? 'null' : typeof value
    const hint =
      value === undefined
        ? '; if it comes from an environment variable, that is not set where the server starts, or its name is misspelled'
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
