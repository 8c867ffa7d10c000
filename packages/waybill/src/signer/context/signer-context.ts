/**
 * The options of a signer, checked and with defaults filled in. Every call works with them.
 *
 * @module
 */

import type { BucketLocation, Credentials, CredentialsProvider, Digest } from 'waybill-s3'
import { readRecord, typeError } from '../../protocol/json-value.ts'
import { type FixedFields, readObjectDefaults } from '../../protocol/object-defaults.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { UploadRules } from '../../protocol/upload-rule.ts'
import { skewTeller } from '../../storage/clock-skew.ts'
import { checkCredentials, keptCredentials } from '../../storage/kept-credentials.ts'
import { createS3Context, type S3CallContext } from '../../storage/s3-call-context.ts'
import { serverEffects } from '../../storage/server-effects.ts'
import { type AskApplication, askApplicationWith } from '../rules/ask-application.ts'
import { type Completions, createCompletions } from './completions.ts'
import { type Creations, createCreations } from './creations.ts'
import { checkOptions } from '../known-options.ts'
import { checkQuotaStore } from '../quota/rule-quota.ts'
import { readPrefix } from '../rules/key-prefix.ts'
import { readRules, type SignerRule } from '../rules/signer-rule.ts'
import type { SignerOptions } from './signer-options.ts'
import { createSignerSeal, type SignerSeal } from '../signer-seal.ts'
import { checkRulesFit, readStrategyOptions, type StrategySettings } from './strategy-options.ts'
import { oftenEnough, printError, type TellError, tellErrorTo } from './report-error.ts'
import { type TellEvent, tellEventTo } from './report-event.ts'
import type { SignDownload } from '../way-back/sign-download.ts'
import { bySecret, type SecretProvider } from '../waybill/secret.ts'

/** What every call of a signer works with. */
export interface SignerContext extends StrategySettings {
  readonly location: BucketLocation
  readonly rules: ReadonlyMap<string, SignerRule>
  /** The start of all object keys. */
  readonly prefix: string
  /**
   * Asks for the secret and returns its seal. One call of the signer asks once.
   *
   * @throws {SecretUnavailable} When there is none.
   */
  seal(): Promise<SignerSeal>
  /** Calls a function of the application; bounds how long it may take. */
  readonly ask: AskApplication
  readonly completions: Completions
  readonly creations: Creations
  readonly conditionalWrites: boolean
  readonly additionalChecksums: boolean
  readonly pendingTag: boolean
  /** What each new object gets. */
  readonly fixed: FixedFields
  readonly verifiedOnly: boolean
  readonly signDownload: SignDownload | undefined
  readonly waybillExpiresInSeconds: number
  readonly digest: Digest
  /** For the calls to S3 that the signer itself makes. */
  readonly s3: S3CallContext
  /**
   * Returns the credentials that sign what clients get. The signer's own calls use those in `s3`.
   *
   * @throws {UploadError} `SIGNER_UNAVAILABLE` when they have expired.
   */
  credentials(): Promise<Credentials>
  /** Tells `onError`. */
  readonly onError: TellError
  /** Tells `onEvent`; missing when the application gave none. */
  readonly tell: TellEvent | undefined
  /** What the application gave with this call; `undefined` outside of one. */
  readonly given: unknown
  now(): Date
  randomBytes(length: number): Uint8Array
}

/**
 * Checks the options of a signer and fills in the defaults.
 *
 * @throws {TypeError | RangeError} When an option is not valid. The message names the option.
 */
export function createContext(options: SignerOptions<UploadRules, never>): SignerContext {
  // JavaScript callers may leave them out.
  readRecord(options, 'options', typeError)
  const { authorize, quotas } = options
  if (quotas !== undefined) checkQuotaStore(quotas)
  const effects = serverEffects(options.effects)
  const { now } = effects
  const onError = oftenEnough(tellErrorTo(options.onError ?? printError), now)
  const ask = askApplicationWith(effects)
  const asked = { now, onError, ask }
  const credentials = currentCredentials('credentials', options.credentials, asked)
  const own = createS3Context({
    ...options,
    effects,
    credentials:
      options.serverCredentials === undefined
        ? credentials
        : currentCredentials('serverCredentials', options.serverCredentials, asked),
    requestTimeoutMs: readWhole(options, 'requestTimeoutMs', 10_000),
    maxAttempts: readWhole(options, 'maxAttempts', 4),
  })
  const { location, digest, randomBytes } = own
  const s3 = { ...own, onSkew: skewTeller((seconds) => onError(clockSkewed(seconds)), now) }
  const prefix = readPrefix(options.prefix)
  const context: SignerContext = {
    location,
    rules: readRules(options.rules, { authorize, quotas, ask }),
    prefix,
    seal: bySecret(askedInTime(options.secret, ask), (secrets) =>
      createSignerSeal(secrets, { ...location, prefix }),
    ),
    ask,
    completions: createCompletions(),
    creations: createCreations(now),
    ...readStrategyOptions(options),
    conditionalWrites: options.conditionalWrites ?? true,
    additionalChecksums: options.additionalChecksums ?? true,
    pendingTag: options.pendingTag ?? false,
    fixed: readObjectDefaults(options.objectDefaults),
    verifiedOnly: options.verifiedOnly ?? options.pendingTag ?? false,
    signDownload: options.signDownload,
    waybillExpiresInSeconds: readWhole(options, 'waybillExpiresInSeconds', 604_800),
    digest,
    s3,
    credentials,
    onError,
    tell: tellEventTo({ onEvent: options.onEvent, onError, now }),
    given: undefined,
    now,
    randomBytes,
  }
  checkOptions(options)
  checkRulesFit(context.rules, context)
  return context
}

function clockSkewed(seconds: number): UploadError {
  const [by, when] = seconds > 0 ? ['slow', 'early'] : ['fast', 'late']
  return new UploadError(
    'CLOCK_SKEWED',
    `the signer's clock is ${Math.abs(seconds)} s ${by}, what it signs expires too ${when}: set its clock`,
  )
}

/** The current credentials; a function of the application is asked only when it is time. */
function currentCredentials(
  option: 'credentials' | 'serverCredentials',
  provider: CredentialsProvider,
  { now, onError, ask }: Pick<SignerContext, 'now' | 'onError' | 'ask'>,
): () => Promise<Credentials> {
  if (typeof provider !== 'function') checkCredentials(option, provider)
  const current = keptCredentials(
    typeof provider === 'function'
      ? () => ask(option, () => checkedAnswer(option, provider))
      : provider,
    { now, onError },
  )
  return async () => {
    const credentials = await current()
    const { expiration } = credentials
    // Signatures live for whole seconds: with less than a second left, nothing can be signed.
    if (expiration && expiration.getTime() - now().getTime() < 1000) {
      throw new UploadError(
        'SIGNER_UNAVAILABLE',
        `the signer's credentials expired at ${expiration.toISOString()}`,
      )
    }
    return credentials
  }
}

async function checkedAnswer(
  option: string,
  provider: Exclude<CredentialsProvider, Credentials>,
): Promise<Credentials> {
  const credentials = await provider()
  checkCredentials(option, credentials)
  return credentials
}

function askedInTime(secret: SecretProvider, ask: AskApplication): SecretProvider {
  return typeof secret === 'function' ? () => ask('secret', secret) : secret
}

function readWhole(
  options: SignerOptions<UploadRules, never>,
  name: 'waybillExpiresInSeconds' | 'requestTimeoutMs' | 'maxAttempts',
  preset: number,
): number {
  const value = options[name] ?? preset
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${name} is ${value}, expected a whole number from 1`)
  }
  return value
}
