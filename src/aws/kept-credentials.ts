/**
 * Keeps the credentials that a function returns until shortly before they expire. Providers of the
 * AWS SDK can then be passed as they are: some of them, such as Vercel's, ask AWS each time they
 * are called.
 *
 * @module
 */

import type { Credentials, CredentialsProvider } from '../s3/sigv4/credentials.ts'

/** As the AWS SDK does. A signature never outlives the credentials, so later would be too short. */
const RENEW_MS = 5 * 60_000
/** Credentials with less time left are not used while their renewal is under way. */
const USABLE_MS = 60_000

/** The clock, and who is told of a renewal that failed while the old credentials still work. */
interface KeepOptions {
  readonly now: () => Date
  readonly onError?: (error: unknown) => void
}

/**
 * Makes a function that returns the current credentials.
 *
 * Credentials with an `expiration` are kept; five minutes before it, the provider is asked again,
 * while calls go on with the old ones. Credentials without one are asked for at each call. Calls
 * that come while the provider is being asked share its answer.
 *
 * @throws What the provider throws, or a `TypeError` when it returns no credentials.
 */
export function keptCredentials(
  provider: CredentialsProvider,
  { now, onError }: KeepOptions,
): () => Promise<Credentials> {
  if (typeof provider !== 'function') return async () => provider
  let kept: Credentials | undefined
  let asked: Promise<Credentials> | undefined
  const leftMs = () => (kept?.expiration ? kept.expiration.getTime() - now().getTime() : 0)

  const ask = async () => {
    try {
      const answer = await provider()
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
    if (kept && left > RENEW_MS) return kept
    const renewed = askOnce()
    if (!kept || left <= USABLE_MS) return renewed
    renewed.catch(() => {}) // `onError` was told
    return kept
  }
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
    throw new TypeError(`${option}.${name} is ${given}, expected a text`)
  }
  const expiration: unknown = Reflect.get(credentials, 'expiration')
  if (expiration === undefined) return
  if (!(expiration instanceof Date) || Number.isNaN(expiration.getTime())) {
    throw new TypeError(`${option}.expiration is no valid Date`)
  }
}
