/**
 * Reads the secret that seals waybills from Secrets Manager, and keeps it.
 *
 * The value is one text, or a JSON list of texts. The first text seals and all open, so a rotation
 * is two updates of the secret.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 * @module
 */

import { regionOfArn } from '../aws/arn.ts'
import { callAwsJson, type SendRequest, textOf } from '../aws/call-json.ts'
import { readSecrets } from '../signer/waybill/secret.ts'
import { credentialsFrom, type Environment, ownRegion, required } from './environment.ts'
import { httpsSender } from './https-sender.ts'

/** A changed secret reaches every warm instance within this time. */
const KEPT_MS = 15 * 60 * 1000
/** How long Secrets Manager is not asked again after a failure, while an older secret is used. */
const PAUSE_MS = 60 * 1000

/** Options of `sealingSecret`. */
export interface SealingSecretOptions {
  readonly environment: Environment
  /**
   * Sends the call.
   * @default over `node:https`
   */
  readonly send?: SendRequest | undefined
  /**
   * The clock.
   * @default () => new Date()
   */
  readonly now?: (() => Date) | undefined
  /**
   * Gets a failure to read the secret, when an older one is used instead.
   * @default console.error
   */
  readonly onError?: (error: unknown) => void
}

/** Returns the current secrets. */
export type SealingSecret = () => Promise<readonly string[]>

/**
 * Makes the function that reads the secret.
 *
 * `WAYBILL_SECRET_ARN` names the secret. `WAYBILL_SECRET` holds the secret itself, for tests and
 * places without Secrets Manager.
 *
 * @throws {TypeError} When neither is set.
 */
export function sealingSecret(options: SealingSecretOptions): SealingSecret {
  const { environment, now = () => new Date(), onError = console.error } = options
  const given = environment.WAYBILL_SECRET
  if (given) {
    const secrets = readSecrets(parseSecrets(given, 'WAYBILL_SECRET'))
    return async () => secrets
  }
  const id = required(environment, 'WAYBILL_SECRET_ARN')
  let kept: { readonly secrets: readonly string[]; readonly until: number } | undefined
  const refresh = async () => {
    const before = kept?.secrets
    let keptMs = KEPT_MS
    const read = await readFromSecretsManager(id, options).catch((error: unknown) => {
      // While Secrets Manager is not available, the secret of 15 minutes ago is still valid.
      if (!before) throw error
      onError(error)
      keptMs = PAUSE_MS
      return before
    })
    kept = { secrets: read, until: now().getTime() + keptMs }
    reading = undefined
    return read
  }
  // Starts while Lambda initialises, with full CPU. The first call gets its failure.
  let reading: Promise<readonly string[]> | undefined = refresh()
  reading.catch(() => undefined)
  return async () => {
    if (kept && now().getTime() < kept.until) return kept.secrets
    // All calls that wait share one read. A failure is not kept: the next call reads again.
    reading ??= refresh()
    const awaited = reading
    try {
      return await awaited
    } catch (error) {
      if (reading === awaited) reading = undefined
      throw error
    }
  }
}

async function readFromSecretsManager(
  id: string,
  { environment, send = httpsSender, now }: SealingSecretOptions,
): Promise<readonly string[]> {
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
  const text = textOf(answer, 'SecretString')
  if (text === undefined) throw new TypeError(`secret '${id}' has no text, expected a SecretString`)
  // An invalid value is not kept: it must not outlive its correction, nor replace a valid one.
  return readSecrets(parseSecrets(text, `secret '${id}'`))
}

/**
 * Reads the value of the secret.
 *
 * @throws {TypeError} When it is a list of other things than texts. The message never holds the
 *   value.
 */
function parseSecrets(text: string, name: string): readonly string[] {
  if (!text.trimStart().startsWith('[')) return [text]
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    throw new TypeError(`${name} begins like a JSON list and is not valid JSON`)
  }
  const secrets = Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []
  if (secrets.length === 0 || (Array.isArray(list) && secrets.length !== list.length)) {
    throw new TypeError(`${name} is a list of something else, expected one or more texts`)
  }
  return secrets
}
