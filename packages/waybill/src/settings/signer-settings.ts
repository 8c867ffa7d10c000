/**
 * Reads the options of `createSigner` from the environment.
 *
 * @module
 */

import { DEFAULT_EXPIRES_IN_SECONDS } from '../protocol/expires-in.ts'
import type { UploadRules } from '../protocol/upload-rule.ts'
import type { SignDownload, SignerOptions } from '../signer/context/signer-options.ts'
import type { QuotaStore } from '../signer/quota/quota-store.ts'
import { type GuardedBy, withAuth } from './caller-check.ts'
import {
  bucketFrom,
  commaSeparated,
  type Environment,
  oneOf,
  ownRegion,
  required,
  wholeSeconds,
} from './environment.ts'
import { objectDefaultsFrom, rulesFrom } from './json-settings.ts'
import { keptSecret, type SettingsSource, sealingSecret } from './secrets.ts'

/** The application's own rules, if it has any, and its callbacks. */
interface Own extends GuardedBy {
  /** @default from `WAYBILL_RULES` */
  readonly rules: UploadRules | undefined
}

type Options = {
  readonly [Name in keyof SignerOptions]?: SignerOptions<UploadRules>[Name] | undefined
}

/** Each reads settings that are right or wrong together. */
const READERS: readonly ((source: SettingsSource, own: Own) => Options)[] = [
  ({ environment }) => bucketFrom(environment),
  (source) => ({ secret: sealingSecret(source) }),
  ({ environment, credentials }) => ({
    prefix: environment.WAYBILL_PREFIX ?? '',
    credentials,
    allowedOrigins: commaSeparated(environment, 'WAYBILL_ALLOWED_ORIGINS'),
    pendingTag: oneOf(environment, 'WAYBILL_PENDING_TAG', ['off', 'on']) === 'on',
  }),
  ({ environment }) => ({ objectDefaults: objectDefaultsFrom(environment) }),
  ({ environment }) => ({ verifiedOnly: verifiedOnly(environment) }),
  ({ environment }) => ({
    waybillExpiresInSeconds: wholeSeconds(environment, 'WAYBILL_EXPIRES_IN_SECONDS'),
  }),
  (source) => ({ signDownload: linkSigner(source) }),
  (source) => ({ quotas: quotaTable(source) }),
  (source, own) => ({
    rules: withAuth(
      source,
      checkedExpiry(source.environment, own.rules ?? rulesFrom(source.environment)),
      own,
    ),
  }),
]

/** @throws {TypeError | RangeError} If a setting is invalid. The message names it. */
export function signerSettings(source: SettingsSource, own: Own): SignerOptions<UploadRules> {
  return Object.assign({}, ...READERS.map((read) => read(source, own)))
}

/** @returns What is wrong with the settings, one message for each mistake. */
export function settingMistakes(source: SettingsSource, own: Own): readonly string[] {
  return READERS.flatMap((read) => {
    try {
      read(source, own)
      return []
    } catch (error) {
      return [Object(error).message]
    }
  })
}

/** With `default`, the signer decides, because its default depends on `pendingTag`. */
function verifiedOnly(environment: Environment): boolean | undefined {
  const set = oneOf(environment, 'WAYBILL_VERIFIED_ONLY', ['default', 'off', 'on'])
  return set === 'default' ? undefined : set === 'on'
}

/** @throws {RangeError} If a rule signs for longer than the bucket accepts signatures. */
function checkedExpiry(environment: Environment, rules: UploadRules): UploadRules {
  const most = wholeSeconds(environment, 'WAYBILL_MAX_SIGNATURE_AGE') ?? Number.POSITIVE_INFINITY
  for (const [name, rule] of Object.entries(rules)) {
    const { expiresInSeconds = DEFAULT_EXPIRES_IN_SECONDS } = rule
    if (expiresInSeconds <= most) continue
    throw new RangeError(
      `rules.${name}.expiresInSeconds is ${expiresInSeconds}, but the bucket accepts signatures for only ${most} s ` +
        '(WAYBILL_MAX_SIGNATURE_AGE, the prop maxSignatureAge)',
    )
  }
  return rules
}

/**
 * Stores quota counts in a DynamoDB table. The code is loaded when the first file is counted.
 *
 * @returns `undefined` if `WAYBILL_QUOTA_TABLE` is not set.
 */
export function quotaTable({
  environment,
  credentials,
  send,
  now,
}: SettingsSource): QuotaStore | undefined {
  const table = environment.WAYBILL_QUOTA_TABLE
  if (!table) return undefined
  const options = {
    table,
    region: ownRegion(environment),
    credentials,
    endpoint: environment.WAYBILL_QUOTAS_ENDPOINT || undefined,
    send,
    now,
  }
  let loading: Promise<QuotaStore> | undefined
  const store = () => {
    loading ??= import('../signer/quota/dynamo-quotas.ts').then(({ dynamoQuotas }) =>
      dynamoQuotas(options),
    )
    return loading
  }
  return {
    take: async (...asked) => (await store()).take(...asked),
    giveBack: async (...asked) => (await store()).giveBack(...asked),
    remaining: async (...asked) => (await store()).remaining(...asked),
  }
}

/**
 * Creates a function that signs links for CloudFront.
 *
 * `WAYBILL_LINKS_KEY_ARN` is the ARN of the secret with the private key, and `WAYBILL_LINKS_KEY_ID`
 * is the public key's id in CloudFront. The code and the key are loaded when the first link is
 * signed.
 *
 * @returns `undefined` if `WAYBILL_LINKS_URL` is not set. The signer then signs links for S3.
 * @throws {TypeError} If `WAYBILL_LINKS_URL` is set and one of the other two settings is missing.
 */
export function linkSigner(source: SettingsSource): SignDownload | undefined {
  const { environment } = source
  const url = environment.WAYBILL_LINKS_URL
  if (!url) return undefined
  const keyPairId = required(environment, 'WAYBILL_LINKS_KEY_ID')
  const arn = required(environment, 'WAYBILL_LINKS_KEY_ARN')
  const privateKey = keptSecret(arn, (text) => text, source)
  let signer: Promise<SignDownload> | undefined
  return async (download) => {
    signer ??= import('../signer/stored-objects/cloudfront-url.ts').then(({ cloudFrontUrls }) =>
      cloudFrontUrls({ url, keyPairId, privateKey }),
    )
    return (await signer)(download)
  }
}
