import { readFile } from 'node:fs/promises'
import { CommandFailure, messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { OptionValues } from '@waybill/command-line/command-line'
import type { LocalCredentials } from '../auth/identity.ts'
import type { BucketOptions, StrictS3Options } from '../start-strict-s3.ts'
import { BUCKET, type LocalBucketOptions, localS3Options, uploadCors } from './local-bucket.ts'
import { readS3Config } from './s3-config.ts'

export interface S3Options extends StrictS3Options {
  readonly credentials: readonly LocalCredentials[]
  readonly buckets: readonly BucketOptions[]
}

/**
 * Merges the defaults, the config file and the command-line options. `--cors` applies to every
 * bucket without CORS rules in the file.
 *
 * @throws {CommandFailure} If an option or the config file is invalid.
 */
export async function s3Options(
  values: OptionValues,
  place: LocalBucketOptions,
): Promise<S3Options> {
  const defaults = localS3Options(place)
  const config = values.config === undefined ? {} : await readS3Config(values.config)
  const origins = values.cors === undefined ? undefined : listed(values.cors, 'cors')
  const buckets = config.buckets ?? (origins ? [{ name: BUCKET }] : defaults.buckets)
  const domains = values.domain === undefined ? config.domains : listed(values.domain, 'domain')
  const tls = await readCertificate(values)
  return {
    ...defaults,
    // A CORS rule with a bare `*` does not let other sites' pages in (see `namesOrigin`), so do it
    // here.
    ...(origins?.includes('*') ? { pagesFrom: ['*'] } : {}),
    ...config,
    buckets: buckets.map((bucket) => (origins ? { cors: uploadCors(origins), ...bucket } : bucket)),
    ...(domains && { domains }),
    ...(tls && { tls }),
  }
}

function listed(text: string, option: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.every((part) => part !== '')) return parts
  throw usageFailure(`--${option} is '${text}', expected texts separated by commas`)
}

async function readCertificate({ cert, key }: OptionValues): Promise<StrictS3Options['tls']> {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined) throw usageFailure('--key needs --cert, the certificate of this key')
  if (key === undefined)
    throw usageFailure('--cert needs --key, the private key of this certificate')
  return { cert: await readPem(cert, 'cert'), key: await readPem(key, 'key') }
}

async function readPem(path: string, option: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CommandFailure(`--${option}: cannot read ${path}: ${messageOf(cause)}`, { cause })
  })
  if (text.includes('-----BEGIN ')) return text
  throw new CommandFailure(`--${option}: ${path} is not a PEM file: it has no -----BEGIN line`)
}
