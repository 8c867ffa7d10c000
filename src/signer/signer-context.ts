/**
 * A signer's options, checked and with their defaults: what every call of the signer works with.
 *
 * @module
 */

import { createS3Context, type S3CallContext } from '../aws/s3-call-context.ts'
import { serverEffects } from '../aws/server-effects.ts'
import { UploadError, type UploadRules } from '../protocol/index.ts'
import type { BucketLocation, Credentials, CredentialsProvider, Digest } from '../s3/index.ts'
import { type Completions, createCompletions } from './complete/completions.ts'
import { readPrefix } from './rules/key-prefix.ts'
import { readRules, type SignerRule } from './rules/signer-rule.ts'
import type { SignerOptions } from './signer-options.ts'
import { checkRulesFit, readStrategyOptions, type StrategySettings } from './strategy-options.ts'
import { tellErrorTo } from './tell-error.ts'
import { type TellEvent, tellEventTo } from './tell-event.ts'
import { createSeal, type Seal } from './waybill/seal.ts'
import { bySecret } from './waybill/secret.ts'

export interface SignerContext extends StrategySettings {
  readonly location: BucketLocation
  readonly rules: ReadonlyMap<string, SignerRule>
  /** Where object keys begin. */
  readonly prefix: string
  /**
   * Asks for the secret and returns its seal. Within one call of the signer it is asked once.
   *
   * @throws {SecretUnavailable} When there is none.
   */
  seal(): Promise<Seal>
  readonly completions: Completions
  readonly conditionalWrites: boolean
  readonly additionalChecksums: boolean
  readonly pendingTag: boolean
  readonly waybillExpiresInSeconds: number
  readonly digest: Digest
  /** What the signer's own calls to S3 work with. */
  readonly s3: S3CallContext
  /**
   * Those that sign what clients get; the signer's own calls have theirs in `s3`.
   *
   * @throws {UploadError} `SIGNER_UNAVAILABLE` when there are none that still work.
   */
  credentials(): Promise<Credentials>
  onError(error: unknown): void
  /** Tells `onEvent`; missing where there is none. */
  readonly tell: TellEvent | undefined
  now(): Date
  randomBytes(length: number): Uint8Array
}

/**
 * @throws {TypeError | RangeError} Naming the option that cannot be.
 */
export function createContext(options: SignerOptions<UploadRules>): SignerContext {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`options is ${options}, expected an object`)
  }
  checkCredentials('credentials', options.credentials)
  if (options.serverCredentials !== undefined) {
    checkCredentials('serverCredentials', options.serverCredentials)
  }
  const s3 = createSignerS3(options)
  const { location, digest, now, randomBytes } = s3
  const onError = tellErrorTo(options.onError)
  const prefix = readPrefix(options.prefix)
  const context: SignerContext = {
    location,
    rules: readRules(options.rules, { authorize: options.authorize, onError }),
    prefix,
    seal: bySecret(options.secret, (secrets) => createSeal(secrets, { ...location, prefix })),
    completions: createCompletions(),
    ...readStrategyOptions(options),
    conditionalWrites: options.conditionalWrites ?? true,
    additionalChecksums: options.additionalChecksums ?? true,
    pendingTag: options.pendingTag ?? false,
    waybillExpiresInSeconds: readWhole(options, 'waybillExpiresInSeconds', 604_800),
    digest,
    s3,
    credentials: () => currentCredentials(options.credentials, now),
    onError,
    tell: tellEventTo({ onEvent: options.onEvent, onError, now }),
    now,
    randomBytes,
  }
  checkRulesFit(context.rules, context)
  return context
}

function createSignerS3(options: SignerOptions<UploadRules>): S3CallContext {
  const effects = serverEffects(options.effects)
  const { now } = effects
  return createS3Context({
    ...options,
    effects,
    credentials: () => currentCredentials(options.serverCredentials ?? options.credentials, now),
    requestTimeoutMs: readWhole(options, 'requestTimeoutMs', 10_000),
    maxAttempts: readWhole(options, 'maxAttempts', 4),
  })
}

/**
 * JavaScript callers pass what an environment variable lacks. What is there of credentials is not said: a mistake may
 * have put a secret in the wrong place.
 */
function checkCredentials(option: string, credentials: unknown): void {
  if (typeof credentials === 'function') return
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
}

async function currentCredentials(
  credentials: CredentialsProvider,
  now: () => Date,
): Promise<Credentials> {
  const current = typeof credentials === 'function' ? await credentials() : credentials
  // S3 counts signatures in whole seconds: credentials that have less than one left sign nothing.
  if (current.expiration && current.expiration.getTime() - now().getTime() < 1000) {
    throw new UploadError(
      'SIGNER_UNAVAILABLE',
      `the signer's credentials expired at ${current.expiration.toISOString()}`,
    )
  }
  return current
}

function readWhole(
  options: SignerOptions<UploadRules>,
  name: 'waybillExpiresInSeconds' | 'requestTimeoutMs' | 'maxAttempts',
  preset: number,
): number {
  const value = options[name] ?? preset
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${name} is ${value}, expected a whole number from 1`)
  }
  return value
}
