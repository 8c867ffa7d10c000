import type { BucketLocation, Credentials, CredentialsProvider, Digest } from 'waybill-s3'
import { type AskApplication, askApplicationWith } from '../../events/ask-application.ts'
import {
  printError,
  type ReportError,
  reportErrorTo,
  throttleMistakes,
} from '../../events/report-error.ts'
import { type ReportEvent, reportEventTo } from '../../events/report-event.ts'
import { readRecord, typeError } from '../../protocol/json-value.ts'
import { type FixedFields, readObjectDefaults } from '../../protocol/object-defaults.ts'
import { RENEW_CREDENTIALS } from '../../protocol/refusal-advice.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { UploadRules } from '../../protocol/upload-rule.ts'
import { createReceiptSeal, deriveReceiptKey, type ReceiptSeal } from '../../seal/receipt.ts'
import { createSeal, type Seal, type SealPlace } from '../../seal/seal.ts'
import { bySecret, type SecretProvider, type Secrets } from '../../seal/secret.ts'
import { DEFAULT_WAYBILL_EXPIRES_IN_SECONDS } from '../../seal/waybill.ts'
import { skewReporter } from '../../storage/clock-skew.ts'
import { hostedStore } from '../../storage/hosted-stores.ts'
import { checkCredentials, keptCredentials } from '../../storage/kept-credentials.ts'
import {
  createS3Context,
  DEFAULT_MAX_ATTEMPTS,
  DEFAULT_REQUEST_TIMEOUT_MS,
  type S3CallContext,
} from '../../storage/s3-call-context.ts'
import { serverEffects } from '../../storage/server-effects.ts'
import { checkQuotaStore } from '../quota/rule-quota.ts'
import { readPrefix } from '../rules/choose-key.ts'
import { readRules, type SignerRule } from '../rules/signer-rule.ts'
import {
  checkRulesFit,
  readStrategyOptions,
  type StrategySettings,
} from '../strategy-and-part-size.ts'
import {
  type Completions,
  type Creations,
  createCompletions,
  createCreations,
} from './remembered-calls.ts'
import { checkOptions, type SignDownload, type SignerOptions } from './signer-options.ts'

export interface SignerContext extends StrategySettings {
  readonly location: BucketLocation
  readonly rules: ReadonlyMap<string, SignerRule>
  readonly prefix: string
  /**
   * Reads the secret and derives the seal from it. Runs once per call.
   *
   * @throws {SecretUnavailable} If the secret is invalid or its function fails.
   */
  seal(): Promise<SignerSeal>
  readonly ask: AskApplication
  readonly completions: Completions
  readonly creations: Creations
  readonly conditionalWrites: boolean
  readonly additionalChecksums: boolean
  readonly pendingTag: boolean
  /** Headers and tags that every new object gets. */
  readonly fixed: FixedFields
  readonly verifiedOnly: boolean
  readonly signDownload: SignDownload | undefined
  readonly waybillExpiresInSeconds: number
  readonly digest: Digest
  readonly s3: S3CallContext
  /**
   * Returns the credentials that sign requests for clients. The signer's own calls use the
   * credentials in `s3`.
   *
   * @throws {UploadError} If the credentials have expired: `SIGNER_UNAVAILABLE` if a function may
   *   renew them, otherwise `CREDENTIALS_EXPIRED`.
   */
  credentials(): Promise<Credentials>
  readonly onError: ReportError
  readonly report: ReportEvent | undefined
  /** The `context` that the application passed with this call. */
  readonly given: unknown
  now(): Date
  randomBytes(length: number): Uint8Array
}

/** @throws {TypeError | RangeError} If an option is invalid. The message names the option. */
export function createContext(options: SignerOptions<UploadRules, never>): SignerContext {
  checkRuntime()
  readRecord(options, 'options', typeError)
  const { authorize, quotas } = options
  if (quotas !== undefined) checkQuotaStore(quotas)
  const effects = serverEffects(options.effects)
  const { now } = effects
  const onError = throttleMistakes(reportErrorTo(options.onError ?? printError), now)
  const ask = askApplicationWith(effects)
  const asked = { now, onError, ask }
  const credentials = currentCredentials('credentials', options.credentials, asked)
  const serverCredentials = options.serverCredentials ?? options.credentials
  const own = createS3Context({
    ...options,
    effects,
    credentials:
      options.serverCredentials === undefined
        ? credentials
        : currentCredentials('serverCredentials', options.serverCredentials, asked),
    requestTimeoutMs: readWhole(options, 'requestTimeoutMs', DEFAULT_REQUEST_TIMEOUT_MS),
    maxAttempts: readWhole(options, 'maxAttempts', DEFAULT_MAX_ATTEMPTS),
  })
  const { location, digest, randomBytes } = own
  const store = hostedStore(location.endpoint)
  const prefix = readPrefix(options.prefix)
  const s3 = {
    ...own,
    prefix,
    isSessionFixed: 'sessionToken' in serverCredentials && Boolean(serverCredentials.sessionToken),
    onSkew: skewReporter((seconds) => onError(clockSkewed(seconds)), now),
  }
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
    ...readStrategyOptions(options, store),
    conditionalWrites: options.conditionalWrites ?? store?.conditionalWrites ?? true,
    additionalChecksums: options.additionalChecksums ?? true,
    pendingTag: options.pendingTag ?? false,
    fixed: readObjectDefaults(options.objectDefaults),
    verifiedOnly: options.verifiedOnly ?? options.pendingTag ?? false,
    signDownload: options.signDownload,
    waybillExpiresInSeconds: readWhole(
      options,
      'waybillExpiresInSeconds',
      DEFAULT_WAYBILL_EXPIRES_IN_SECONDS,
    ),
    digest,
    s3,
    credentials,
    onError,
    report: reportEventTo({ onEvent: options.onEvent, onError, now }),
    given: undefined,
    now,
    randomBytes,
  }
  checkOptions(options)
  checkRulesFit(context.rules, context)
  return context
}

/** Older versions of Node would fail later, with an error that does not name the cause. */
function checkRuntime(): void {
  const { node } = globalThis.process?.versions ?? {}
  if (node === undefined || 'withResolvers' in Promise) return
  throw new TypeError(
    `this is Node ${node}, expected 22.18 or newer: install it from https://nodejs.org`,
  )
}

function clockSkewed(seconds: number): UploadError {
  const [by, when] = seconds > 0 ? ['slow', 'early'] : ['fast', 'late']
  return new UploadError(
    'CLOCK_SKEWED',
    `the signer's clock is ${Math.abs(seconds)} s ${by}, so its signatures expire too ${when}: correct the clock`,
  )
}

function currentCredentials(
  option: 'credentials' | 'serverCredentials',
  provider: CredentialsProvider,
  { now, onError, ask }: Pick<SignerContext, 'now' | 'onError' | 'ask'>,
): () => Promise<Credentials> {
  if (typeof provider !== 'function') checkCredentials(option, provider)
  const current = keptCredentials(
    typeof provider === 'function'
      ? () => ask(option, () => checkedReturn(option, provider))
      : provider,
    { now, onError },
  )
  return async () => {
    const credentials = await current()
    const { expiration } = credentials
    // Signatures are valid for whole seconds, so nothing can be signed with less than a second
    // left.
    if (expiration && expiration.getTime() - now().getTime() < 1000) {
      throw new UploadError(
        typeof provider === 'function' ? 'SIGNER_UNAVAILABLE' : 'CREDENTIALS_EXPIRED',
        `the signer's ${option} expired at ${expiration.toISOString()}: ${RENEW_CREDENTIALS}`,
      )
    }
    return credentials
  }
}

async function checkedReturn(
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

export interface SignerSeal extends Seal {
  readonly receipts: ReceiptSeal
}

function createSignerSeal(secrets: Secrets, place: SealPlace): SignerSeal {
  const [first, ...others] = secrets
  const keyOf = (secret: string) => () => deriveReceiptKey(secret)
  return {
    ...createSeal([first, ...others], place),
    receipts: createReceiptSeal([keyOf(first), ...others.map(keyOf)], place),
  }
}
