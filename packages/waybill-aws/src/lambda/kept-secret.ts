/**
 * Reads a secret from Secrets Manager and caches it.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 *
 * @module
 */

import type { SendRequest } from 'waybill/arrival'
import { callAwsJson, regionOfArn, stringMember } from 'waybill/internal/storage'
import { credentialsFrom, type Environment, ownRegion } from './environment.ts'
import { httpsSender } from './https-sender.ts'

/** A changed secret takes effect in every warm instance within this time. */
const KEPT_MS = 15 * 60 * 1000
/** After a failure, the previous value is used for this long before the next attempt. */
const PAUSE_MS = 60 * 1000

export interface SecretReading {
  readonly environment: Environment
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
  reading: SecretReading,
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
  { environment, send = httpsSender, now }: SecretReading,
): Promise<string> {
  const answer = await callAwsJson(
    {
      service: 'secretsmanager',
      target: 'secretsmanager.GetSecretValue',
      body: { SecretId: id },
    },
    {
      region: regionOfArn(id) ?? ownRegion(environment),
      credentials: credentialsFrom(environment),
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
