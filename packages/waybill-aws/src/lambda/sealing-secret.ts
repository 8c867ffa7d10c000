/**
 * Reads the secret that seals waybills, from Secrets Manager or from the environment.
 *
 * The value is a string or a JSON list of strings. The first string seals waybills, and all of them
 * can open waybills, so a rotation takes two updates of the secret.
 *
 * @module
 */

import { readSecrets } from 'waybill/internal/signer'
import { required } from './environment.ts'
import { keptSecret, type SecretReading } from './kept-secret.ts'

export type SealingSecret = () => Promise<readonly string[]>

/**
 * `WAYBILL_SECRET_ARN` is the secret's ARN. `WAYBILL_SECRET` contains the secret itself, for tests
 * and for platforms without Secrets Manager.
 *
 * @throws {TypeError} If neither is set.
 */
export function sealingSecret(reading: SecretReading): SealingSecret {
  const { environment } = reading
  const given = environment.WAYBILL_SECRET
  if (given) {
    const secrets = readSecrets(parseSecrets(given, 'WAYBILL_SECRET'))
    return async () => secrets
  }
  const id = required(environment, 'WAYBILL_SECRET_ARN')
  const read = keptSecret(id, (text, name) => readSecrets(parseSecrets(text, name)), reading)
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
