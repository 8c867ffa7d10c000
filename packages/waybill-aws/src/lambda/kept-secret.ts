/**
 * Reads a secret from Secrets Manager and caches it for a while.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 *
 * @module
 */

import type { SendRequest } from 'waybill/arrival'
import { regionOfArn } from 'waybill/internal/arn'
import { callAwsJson, stringMember } from 'waybill/internal/call-json'
import { credentialsFrom, type Environment, ownRegion } from './environment.ts'
import { httpsSender } from './https-sender.ts'

/** How long a value is cached: a changed secret reaches every warm instance within this time. */
const KEPT_MS = 15 * 60 * 1000
/** Minimum time between attempts after a failure while an older value is in use. */
const PAUSE_MS = 60 * 1000

/** How a secret is read. */
export interface SecretReading {
  readonly environment: Environment
  /**
   * Sends the call to Secrets Manager.
   * @default over `node:https`
   */
  readonly send?: SendRequest | undefined
  /**
   * Returns the current time.
   * @default () => new Date()
   */
  readonly now?: (() => Date) | undefined
  /**
   * Called if the secret cannot be read and an older value is used instead.
   * @default console.error
   */
  readonly onError?: (error: unknown) => void
}

/**
 * Creates a function that returns a secret's current value.
 *
 * @param id - ARN of the secret.
 * @param parse - Parses the secret's text. If it throws, the value is not cached: an invalid value
 *   must neither outlive its correction nor replace a valid one.
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
        // If the secret cannot be read or parsed, the previous value remains in use.
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
