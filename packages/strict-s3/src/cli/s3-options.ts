import { readFile } from 'node:fs/promises'
import {
  CommandFailure,
  fileProblem,
  messageOf,
  usageFailure,
} from '@waybill/command-line/command-failure'
import type { Setting, Settings } from '@waybill/command-line/settings'
import { isBucketName } from 'waybill-s3/internal/bucket-url'
import type { LocalCredentials } from '../auth/identity.ts'
import { type FaultRule, parseFaultRules } from '../faults/fault-rules.ts'
import { webhookUrl } from '../notifications/webhooks.ts'
import type { BucketOptions, StrictS3Options } from '../start-strict-s3.ts'
import { BUCKET, type LocalBucketOptions, localS3Options, uploadCors } from './local-bucket.ts'
import { readS3Config } from './s3-config.ts'

export interface S3Options extends StrictS3Options {
  readonly region: string | readonly string[]
  readonly credentials: readonly LocalCredentials[]
  readonly buckets: readonly BucketOptions[]
}

/**
 * Merges the defaults, the config file, and the settings from the environment and the command line.
 * `cors` applies to every bucket without CORS rules in the file.
 *
 * @param credentials - The key pairs from the environment or the command line.
 * @throws {CommandFailure} If a setting or the config file is invalid.
 */
export async function s3Options(
  settings: Settings,
  credentials: readonly LocalCredentials[] | undefined,
  place: LocalBucketOptions,
): Promise<S3Options> {
  const { config: file, buckets, cors, domain, region, webhook, faults, seed } = settings
  const adminKey = settings['admin-key']?.value
  const config = file ? await readS3Config(file) : {}
  const origins = cors && listed(cors)
  const defaults = localS3Options(place)
  const ownCors = origins ? uploadCors(origins) : undefined
  const localCors = ownCors ?? defaults.buckets[0]?.cors
  const domains = domain ? listed(domain) : config.domains
  const tls = await readCertificate(settings)
  return {
    ...defaults,
    // With the default key pair, a CORS rule for `*` does not let other sites' pages in.
    ...(origins?.includes('*') ? { pagesFrom: ['*'] } : {}),
    ...config,
    ...(region && { region: regionsOf(region) }),
    ...(credentials && { credentials }),
    buckets:
      buckets || !config.buckets
        ? bucketsOf(buckets).map((bucket) => ({ ...bucket, ...(localCors && { cors: localCors }) }))
        : config.buckets.map((bucket) => ({ ...(ownCors && { cors: ownCors }), ...bucket })),
    ...(domains && { domains }),
    ...(seed && { seed: seed.value }),
    ...(tls && { tls }),
    ...(webhook && { webhook: webhookOf(webhook) }),
    ...(faults && { faults: faultsOf(faults) }),
    ...(adminKey !== undefined && { adminKey }),
  }
}

function faultsOf({ value, name }: Setting): readonly FaultRule[] {
  try {
    return parseFaultRules(value)
  } catch (error) {
    if (error instanceof TypeError) throw usageFailure(`${name}: ${error.message}`)
    throw error
  }
}

function regionsOf(setting: Setting): readonly string[] {
  const regions = listed(setting)
  if (regions.every((region) => /^[a-z\d-]+$/.test(region))) return regions
  throw usageFailure(`${setting.name} is '${setting.value}', expected regions such as eu-west-1`)
}

/** Bitnami's MinIO image separates names by semicolons and spaces, too. */
function bucketsOf(setting: Setting = { value: BUCKET, name: '' }): readonly BucketOptions[] {
  const { value, name } = setting
  return value.split(/\s*[,;]\s*|\s+/).map((item) => {
    const [bucket = '', access, ...rest] = item.split(':')
    const isPublic = access === 'public' || access === 'download'
    if (rest.length > 0 || !(access === undefined || access === 'none' || isPublic)) {
      throw usageFailure(`${name} has the item '${item}', expected a bucket or bucket:public`)
    }
    if (isBucketName(bucket)) return { name: bucket, ...(isPublic && { public: true }) }
    throw usageFailure(
      `${name} has the bucket '${bucket}', expected 3 to 63 lower-case letters, digits, hyphens and dots`,
    )
  })
}

/**
 * An ARN contains no `=`, but a URL can. Error messages do not repeat the value, because a URL may
 * contain a secret.
 */
function webhookOf({ value, name }: Setting): Readonly<Record<string, string>> {
  const urls = value.split(',').map((item) => {
    const trimmed = item.trim()
    const equals = /^https?:/.test(trimmed) ? -1 : trimmed.indexOf('=')
    return [equals < 0 ? '*' : trimmed.slice(0, equals), trimmed.slice(equals + 1)] as const
  })
  try {
    for (const [, url] of urls) webhookUrl(url)
  } catch (cause) {
    throw usageFailure(`${name}: ${messageOf(cause)}; expected a URL, or arn=url for each ARN`)
  }
  return Object.fromEntries(urls)
}

function listed({ value, name }: Setting): readonly string[] {
  const parts = value.split(',').map((part) => part.trim())
  if (parts.every((part) => part !== '')) return parts
  throw usageFailure(`${name} is '${value}', expected texts separated by commas`)
}

async function readCertificate({ cert, key }: Settings): Promise<StrictS3Options['tls']> {
  if (!cert && !key) return undefined
  if (!cert) throw usageFailure(`${key?.name} needs --cert, the certificate of this key`)
  if (!key) throw usageFailure(`${cert.name} needs --key, the private key of this certificate`)
  return { cert: await readPem(cert), key: await readPem(key) }
}

async function readPem({ value: path, name }: Setting): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CommandFailure(`${name}: cannot read ${path}: ${fileProblem(cause)}`, { cause })
  })
  if (text.includes('-----BEGIN ')) return text
  throw new CommandFailure(`${name}: ${path} is not a PEM file: it has no -----BEGIN line`)
}
