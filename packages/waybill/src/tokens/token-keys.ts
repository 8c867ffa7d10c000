/**
 * Checks the keys in options, without loading the code that uses them.
 *
 * @module
 */

import { show } from '../protocol/json-value.ts'
import { readSecrets, type SealSecret, type Secrets } from '../seal/secret.ts'

/**
 * @throws {TypeError | RangeError} If there is no secret, if one is too short, or if one is a key in
 *   PEM, which may be public. The message never contains a secret.
 */
export function readTokenSecrets(given: SealSecret): Secrets {
  const secrets = readSecrets(given)
  if (secrets.some((secret) => secret.includes('-----BEGIN '))) {
    throw new TypeError('secret is a key in PEM, expected random text: use publicKey or privateKey')
  }
  return secrets
}

const PEM = /-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----/g

/**
 * Reads keys from text in which there may be several, and `\n` for a new line, as in environment
 * variables.
 *
 * @throws {TypeError} The message never contains a key.
 */
export function readPems(
  name: string,
  label: 'PUBLIC KEY' | 'PRIVATE KEY',
  given: string | readonly string[],
): readonly string[] {
  const text = [given].flat().join('\n').replaceAll('\\n', '\n')
  const found = [...text.matchAll(PEM)]
  const other = found.find(([, actual]) => actual !== label)?.[1]
  if (found.length > 0 && other === undefined) return found.map(([pem]) => pem)
  const what = other === undefined ? 'no PEM' : show(other)
  throw new TypeError(
    `${name} is ${what}, expected a PEM that begins with -----BEGIN ${label}-----`,
  )
}
