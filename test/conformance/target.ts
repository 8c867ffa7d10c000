/**
 * The server that the command line names, and whether the cases can be run against it.
 *
 * @module
 */

import { CommandFailure, messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { CommandOption, OptionValues } from '@waybill/command-line/command-line'
import { readSettings } from '@waybill/command-line/settings'
import { checkKey } from '../../packages/strict-s3/src/cli/key-pairs.ts'
import { LOCAL_CREDENTIALS } from '../../packages/strict-s3/src/cli/local-bucket.ts'
import { exchange, type Reply } from './request/raw-request.ts'
import { System, type Target } from './system.ts'

export const TARGET_OPTIONS = {
  endpoint: { value: 'url', about: 'address of the server (required)' },
  region: { value: 'region', env: ['AWS_REGION'], about: 'its region (default: us-east-1)' },
  'access-key-id': {
    value: 'id',
    env: ['AWS_ACCESS_KEY_ID'],
    about: 'key pair that may do everything (default: waybill-local)',
  },
  'secret-access-key': {
    value: 'secret',
    env: ['AWS_SECRET_ACCESS_KEY'],
    about: 'its secret; other users of this machine can see options, but not variables',
  },
  'session-token': {
    value: 'token',
    env: ['AWS_SESSION_TOKEN'],
    about: 'its session token (default: none); the variable only counts with AWS_ACCESS_KEY_ID',
  },
  yes: { about: 'run against AWS, which costs a few cents, or elsewhere with a key of AWS' },
} satisfies Readonly<Record<string, CommandOption>>

export function readTarget(values: OptionValues): Target {
  const settings = readSettings(TARGET_OPTIONS, values, process.env)
  const { origin: endpoint, hostname } = readEndpoint(values.endpoint)
  const isAws = /(?:^|\.)amazonaws\.com(?:\.cn)?\.?$/.test(hostname)
  if (isAws && values.yes === undefined) {
    throw usageFailure(
      `${endpoint} is AWS: the cases create and remove some thousand buckets and objects in your account, for a few cents. Add --yes to run them`,
    )
  }
  for (const key of ['access-key-id', 'secret-access-key', 'session-token'] as const) {
    checkKey(settings[key]?.value, settings[key]?.name ?? '')
  }
  const { value: accessKeyId, name: keyName } = settings['access-key-id'] ?? {}
  const isAwsKey = keyName === 'AWS_ACCESS_KEY_ID' && /^A[KS]IA/.test(accessKeyId ?? '')
  if (isAwsKey && !isAws && values.yes === undefined) {
    throw usageFailure(
      `${keyName} is the key of an AWS account, but ${endpoint} is not AWS. Set the server's key with --access-key-id and --secret-access-key, or add --yes to use this one`,
    )
  }
  const secretAccessKey = settings['secret-access-key']?.value
  const { value: sessionToken, name: tokenName } = settings['session-token'] ?? {}
  const region = settings.region?.value ?? 'us-east-1'
  if (accessKeyId === undefined && secretAccessKey === undefined) {
    return { endpoint, region, credentials: LOCAL_CREDENTIALS }
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw usageFailure('--access-key-id and --secret-access-key belong together')
  }
  // The token in the environment belongs to the key in the environment.
  const isOther = tokenName === 'AWS_SESSION_TOKEN' && keyName !== 'AWS_ACCESS_KEY_ID'
  const token = sessionToken === undefined || isOther ? {} : { sessionToken }
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey, ...token } }
}

function readEndpoint(text: string | undefined): URL {
  if (text === undefined) throw usageFailure('--endpoint is missing, expected the URL of a server')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw usageFailure(`--endpoint is '${text}', expected a URL such as http://localhost:9000`)
  }
  if (url.pathname !== '/' || url.search !== '' || url.username !== '' || url.password !== '') {
    throw usageFailure('--endpoint has more than a host and a port, expected http://host:port')
  }
  return url
}

/** The first answer must come within this many milliseconds. */
const REACHED_WITHIN_MS = 5_000

/** @throws {CommandFailure} If the cases cannot be run, with the reason. */
export async function checkTarget(target: Target): Promise<void> {
  const { endpoint, region, credentials } = target
  const system = new System(target, 'none')
  const raw = await system.signed({ path: '/' })
  const reply = await exchange(endpoint, raw, undefined, { withinMs: REACHED_WITHIN_MS }).catch(
    (cause: unknown) => {
      throw new CommandFailure(`${endpoint} cannot be reached: ${messageOf(cause)}`, { cause })
    },
  )
  const { status, code, xml } = reply
  if (status === 200 && xml?.name === 'ListAllMyBucketsResult') return
  // A key pair need not have the right to list all buckets.
  if (status === 403 && code === 'AccessDenied') return
  if (code === 'InvalidAccessKeyId') {
    throw new CommandFailure(
      `${endpoint} does not know the access key ${credentials.accessKeyId}, see --access-key-id`,
    )
  }
  if (code === 'SignatureDoesNotMatch') {
    throw new CommandFailure(
      `${endpoint} refuses the signature: the secret access key does not belong to ${credentials.accessKeyId}, or a proxy changes the request`,
    )
  }
  if (code === 'AuthorizationHeaderMalformed') {
    throw new CommandFailure(`${endpoint} is not in the region ${region}, see --region`)
  }
  if (code !== undefined) {
    throw new CommandFailure(`${endpoint} answers ListBuckets with ${status} ${code}`)
  }
  throw new CommandFailure(`${endpoint} is no S3: it answers ListBuckets with ${kindOf(reply)}`)
}

function kindOf({ status, headers }: Reply): string {
  return `${status} and ${headers['content-type'] ?? 'no content type'}`
}
