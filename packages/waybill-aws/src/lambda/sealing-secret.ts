/**
 * The secret that seals waybills: from Secrets Manager or from the environment.
 *
 * The value is a string or a JSON list of strings. The first one seals and all open, so a rotation
 * takes two updates of the secret.
 *
 * @module
 */

import { readSecrets } from 'waybill/internal/secret'
import { required } from './environment.ts'
import { keptSecret, type SecretReading } from './kept-secret.ts'

/** Returns the current secrets. */
export type SealingSecret = () => Promise<readonly string[]>

/**
 * Creates the function that reads the secret.
 *
 * `WAYBILL_SECRET_ARN` names the secret. `WAYBILL_SECRET` contains the secret itself, for tests and
 * for platforms without Secrets Manager.
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
  // Starts while Lambda initializes, with full CPU. If it fails, the first call reads again.
  read().catch(() => undefined)
  return read
}

/**
 * Parses the value of the secret.
 *
 * @throws {TypeError} If it is a list with anything but strings. The message never contains the
 *   value.
 */
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
