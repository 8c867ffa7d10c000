/**
 * Reads the key pairs from options and environment variables.
 *
 * Key pairs of a real AWS account are not taken from the environment, where developers often have
 * them. The server would work with them, but programs would then sign requests to a test server
 * with real keys. A signed form names no host, so whoever sees one could send it to AWS.
 *
 * @module
 */

import { usageFailure } from '@waybill/command-line/command-failure'
import type { OptionValues } from '@waybill/command-line/command-line'
import type { Environment } from '@waybill/command-line/settings'
import { surroundingWhitespace } from '@waybill/command-line/surrounding-whitespace'
import type { LocalCredentials } from '../auth/identity.ts'

export interface KeyPairs {
  /** Not set if there are none. */
  readonly credentials?: readonly LocalCredentials[]
  /** The option or variable with the access key id, by access key id. */
  readonly sources: ReadonlyMap<string, string>
  /** The variable with a real AWS account's access key id, which was ignored. */
  readonly ignored?: string
}

interface Names {
  readonly id: string
  readonly secret: string
  readonly token?: string
}

const OPTIONS: Names = {
  id: 'access-key-id',
  secret: 'secret-access-key',
  token: 'session-token',
}
const AWS: Names = {
  id: 'AWS_ACCESS_KEY_ID',
  secret: 'AWS_SECRET_ACCESS_KEY',
  token: 'AWS_SESSION_TOKEN',
}
const MINIO: Names = { id: 'MINIO_ROOT_USER', secret: 'MINIO_ROOT_PASSWORD' }

/**
 * With a key pair in the options, those in the environment are not used. With AWS's and MinIO's
 * variables, both key pairs may sign requests.
 *
 * @throws {CommandFailure} With exit code 2, if a key pair is incomplete or has an invalid id.
 */
export function readKeyPairs(values: OptionValues, environment: Environment): KeyPairs {
  const option = readPair(values, OPTIONS, '--')
  if (option)
    return { credentials: [option], sources: new Map([[option.accessKeyId, '--access-key-id']]) }
  const isReal = isRealAccessKey(environment[AWS.id])
  const found = [isReal ? [] : [AWS], [MINIO]].flat().flatMap((names) => {
    const pair = readPair(environment, names, '')
    return pair ? [[pair, names.id] as const] : []
  })
  const [first, second] = found.map(([pair]) => pair)
  if (first && first.accessKeyId === second?.accessKeyId) {
    throw usageFailure(`${AWS.id} and ${MINIO.id} have the same value, expected only one of them`)
  }
  return {
    ...(first && { credentials: found.map(([pair]) => pair) }),
    sources: new Map(found.map(([pair, name]) => [pair.accessKeyId, name])),
    ...(isReal && { ignored: AWS.id }),
  }
}

function readPair(
  from: Environment,
  { id, secret, token = '' }: Names,
  dashes: '--' | '',
): LocalCredentials | undefined {
  const [accessKeyId, secretAccessKey, sessionToken] = [from[id], from[secret], from[token]]
  if (!accessKeyId && !secretAccessKey) return undefined
  if (!accessKeyId) throw usageFailure(`${dashes}${secret} needs ${dashes}${id}`)
  if (!secretAccessKey) throw usageFailure(`${dashes}${id} needs ${dashes}${secret}`)
  checkKey(accessKeyId, `${dashes}${id}`)
  checkKey(secretAccessKey, `${dashes}${secret}`)
  checkKey(sessionToken, `${dashes}${token}`)
  // These characters separate the parts of a signature's credential and header.
  if (/[\s/,]/.test(accessKeyId)) {
    // The value may be a secret, if the user confused the two.
    throw usageFailure(`${dashes}${id} contains a space, comma or slash, expected none of them`)
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

/** @throws {CommandFailure} With exit code 2, if the key begins or ends with white space. */
export function checkKey(
  key: string | undefined,
  name: string,
  effect = 'signatures would not match',
): void {
  const problem = surroundingWhitespace(key ?? '')
  if (problem) throw usageFailure(`${name} ${problem}, so ${effect}: remove it`)
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
function isRealAccessKey(id = ''): boolean {
  // AWS's documentation uses AKIAIOSFODNN7EXAMPLE.
  return /^\s*A[KS]IA[A-Z0-9]{16}\s*$/.test(id) && !id.trimEnd().endsWith('EXAMPLE')
}
