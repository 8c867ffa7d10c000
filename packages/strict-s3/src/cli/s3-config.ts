import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CommandFailure, fileProblem } from '@waybill/command-line/command-failure'
import type { Setting } from '@waybill/command-line/settings'
import type { LocalCredentials } from '../auth/identity.ts'
import { CORS_METHODS, type CorsMethod, type CorsRule } from '../cors/cors-rule.ts'
import { checkFaultRules } from '../faults/fault-rules.ts'
import type { BucketOptions, StrictS3Options } from '../start-strict-s3.ts'
import {
  booleanOf,
  countOf,
  dateOf,
  fieldsOf,
  invalidField,
  keyOf,
  listOf,
  optional,
  type Place,
  stringOf,
} from './json-fields.ts'

export type S3Config = Pick<
  StrictS3Options,
  'region' | 'credentials' | 'domains' | 'pagesFrom' | 'faults'
> & {
  readonly buckets?: readonly BucketOptions[]
}

/** @throws {CommandFailure} If the file cannot be read, is not JSON, or has an unknown field. */
export async function readS3Config({ value, name }: Setting): Promise<S3Config> {
  const file = resolve(value)
  try {
    return parseConfig({ value: JSON.parse(await readFile(file, 'utf8')), at: '' })
  } catch (error) {
    // A JSON syntax error quotes the text, which may contain a secret, so don't show it.
    const reason = error instanceof SyntaxError ? 'it is not JSON' : fileProblem(error)
    throw new CommandFailure(`${name}: ${file}: ${reason}`, { cause: error })
  }
}

function parseConfig(place: Place): S3Config {
  const fields = fieldsOf(place, [
    'region',
    'credentials',
    'buckets',
    'domains',
    'pagesFrom',
    'faults',
  ])
  return {
    ...optional(fields, 'region', (region) =>
      Array.isArray(region.value) ? stringsOf(region) : stringOf(region),
    ),
    ...optional(fields, 'credentials', credentialsOf),
    ...optional(fields, 'buckets', (buckets) => listOf(buckets, bucketOf)),
    ...optional(fields, 'domains', stringsOf),
    ...optional(fields, 'pagesFrom', stringsOf),
    ...optional(fields, 'faults', ({ value }) => checkFaultRules(value)),
  }
}

function credentialsOf(place: Place): readonly LocalCredentials[] {
  const pairs = listOf(place, keyPairOf)
  if (pairs.length === 0) throw invalidField(place, 'at least one key pair')
  pairs.forEach(({ accessKeyId }, index) => {
    if (pairs.findIndex((each) => each.accessKeyId === accessKeyId) === index) return
    throw new CommandFailure(`${place.at} has the accessKeyId '${accessKeyId}' twice`)
  })
  return pairs
}

function keyPairOf(place: Place): LocalCredentials {
  const fields = fieldsOf(place, [
    'accessKeyId',
    'secretAccessKey',
    'sessionToken',
    'expiration',
    'readOnly',
    'prefix',
    'pagesFrom',
  ])
  return {
    accessKeyId: keyOf(fields.accessKeyId),
    secretAccessKey: keyOf(fields.secretAccessKey),
    ...optional(fields, 'sessionToken', keyOf),
    ...optional(fields, 'expiration', dateOf),
    ...optional(fields, 'readOnly', booleanOf),
    ...optional(fields, 'prefix', stringOf),
    ...optional(fields, 'pagesFrom', stringsOf),
  }
}

function bucketOf(place: Place): BucketOptions {
  if (typeof place.value === 'string') return { name: stringOf(place) }
  const fields = fieldsOf(place, ['name', 'cors', 'public'])
  return {
    name: stringOf(fields.name),
    ...optional(fields, 'cors', (rules) => listOf(rules, corsRuleOf)),
    ...optional(fields, 'public', booleanOf),
  }
}

function corsRuleOf(place: Place): CorsRule {
  const fields = fieldsOf(place, [
    'id',
    'allowedOrigins',
    'allowedMethods',
    'allowedHeaders',
    'exposeHeaders',
    'maxAgeSeconds',
  ])
  return {
    ...optional(fields, 'id', stringOf),
    allowedOrigins: stringsOf(fields.allowedOrigins),
    allowedMethods: listOf(fields.allowedMethods, methodOf),
    ...optional(fields, 'allowedHeaders', stringsOf),
    ...optional(fields, 'exposeHeaders', stringsOf),
    ...optional(fields, 'maxAgeSeconds', countOf),
  }
}

function methodOf(place: Place): CorsMethod {
  const method = CORS_METHODS.find((each) => each === place.value)
  if (method) return method
  throw invalidField(place, `one of ${CORS_METHODS.join(', ')}`)
}

function stringsOf(place: Place): readonly string[] {
  return listOf(place, stringOf)
}
