/**
 * Reads secrets from Secrets Manager, and caches them. The one that seals waybills can also come
 * from the environment.
 *
 * Its value is a string or a JSON list of strings. The first string seals waybills, and all of them
 * can open waybills, so a rotation takes two updates of the secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 * @module
 */

import type { Credentials } from 'waybill-s3'
import { readSecrets } from '../seal/secret.ts'
import { callAwsJson, regionOfArn, type SendRequest, stringMember } from '../storage/call-aws.ts'
import { type Environment, ownRegion } from './environment.ts'

export type SecretReader = () => Promise<readonly string[]>

const sealing = new WeakMap<SettingsSource, SecretReader>()

/**
 * `WAYBILL_SECRET_ARN` is the secret's ARN. `WAYBILL_SECRET` contains the secret itself, for tests
 * and for platforms without Secrets Manager.
 *
 * @throws {TypeError} If neither is set.
 */
export function sealingSecret(reading: SettingsSource): SecretReader {
  const read = sealing.get(reading) ?? secretFrom(reading, 'WAYBILL_SECRET')
  sealing.set(reading, read)
  return read
}

/**
 * @param name - The setting that contains the secret. With `_ARN` at the end, it names it.
 * @throws {TypeError} If neither is set.
 */
export function secretFrom(reading: SettingsSource, name: string): SecretReader {
  const { environment } = reading
  const given = environment[name]
  if (given) {
    const secrets = readSecrets(parseSecrets(given, name))
    return async () => secrets
  }
  const id = environment[`${name}_ARN`]
  if (!id) throw new TypeError(`${name}_ARN is not set, and ${name} is not either`)
  const read = keptSecret(id, (text, at) => readSecrets(parseSecrets(text, at)), reading)
  // Start reading while Lambda initializes the function, which then has a full CPU. If this fails,
  // the first call reads the secret again.
  read().catch(() => undefined)
  return read
}

/** Error messages must not contain the secret. */
function parseSecrets(text: string, name: string): readonly string[] {
  if (!text.trimStart().startsWith('[')) return [text]
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    throw new TypeError(`${name} starts like a JSON list but is not valid JSON`)
  }
  const secrets = Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []
  if (secrets.length === 0 || (Array.isArray(list) && secrets.length !== list.length)) {
    throw new TypeError(`${name} is a list of other values, expected one or more strings`)
  }
  return secrets
}

/** A changed secret takes effect in every warm instance within this time. */
const KEPT_MS = 15 * 60 * 1000
/** After a failure, the previous value is used for this long before the next attempt. */
const PAUSE_MS = 60 * 1000

/** The settings, and how to call the AWS services that they name. */
export interface SettingsSource {
  readonly environment: Environment
  readonly credentials: () => Credentials | Promise<Credentials>
  /** @default - `fetch` */
  readonly send?: SendRequest | undefined
  readonly now?: (() => Date) | undefined
  /** Called when the secret cannot be read and the previous value is used instead. */
  readonly onError?: (error: unknown) => void
}

/**
 * Creates a function that returns a secret's current value.
 *
 * @param id - The secret's ARN.
 * @param parse - Parses the secret. If it throws, nothing is cached, so an invalid value neither
 *   outlives its correction nor replaces a valid one.
 */
export function keptSecret<Value>(
  id: string,
  parse: (text: string, name: string) => Value,
  reading: SettingsSource,
): () => Promise<Value> {
  const { now = () => new Date(), onError = console.error } = reading
  let kept: { readonly value: Value; readonly until: number } | undefined
  let under: Promise<Value> | undefined
  const refresh = async () => {
    const before = kept
    let keptMs = KEPT_MS
    const value = await readSecretText(id, reading)
      .then((text) => parse(text, `secret '${id}'`))
      .catch((error: unknown) => {
        if (!before) throw error
        onError(error)
        keptMs = PAUSE_MS
        return before.value
      })
    kept = { value, until: now().getTime() + keptMs }
    return value
  }
  return async () => {
    if (kept && now().getTime() < kept.until) return kept.value
    // All waiting calls share one read. A failure is not cached, so the next call reads the secret
    // again.
    under ??= refresh().finally(() => {
      under = undefined
    })
    return under
  }
}

async function readSecretText(
  id: string,
  { environment, credentials, send, now }: SettingsSource,
): Promise<string> {
  const answer = await callAwsJson(
    {
      service: 'secretsmanager',
      target: 'secretsmanager.GetSecretValue',
      body: { SecretId: id },
    },
    {
      region: regionOfArn(id) ?? ownRegion(environment),
      credentials: await credentials(),
      send,
      endpoint: environment.WAYBILL_SECRETS_ENDPOINT || undefined,
      now,
    },
  ).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`secret '${id}' could not be read: ${reason}`, { cause })
  })
  const text = stringMember(answer, 'SecretString')
  if (text !== undefined) return text
  throw new TypeError(`secret '${id}' has no SecretString`)
}
