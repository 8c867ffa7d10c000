/**
 * Resolves a profile's credentials and region, like the AWS CLI.
 *
 * Profiles may use single sign-on, roles, or programs that provide credentials. The AWS CLI
 * supports all of them, so this runs its `configure export-credentials` command. Without
 * `--profile`, keys in the environment are used directly.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CommandFailure, usageFailure } from '@waybill/command-line/command-failure'
import { surroundingWhitespace } from '@waybill/command-line/surrounding-whitespace'
import type { Credentials } from 'waybill-s3'

export interface AccountAccess {
  readonly credentials: Credentials
  readonly region: string
}

export interface AccessOptions {
  /** @default the keys in the environment, then the profile in `AWS_PROFILE`, then `default` */
  readonly profile?: string | undefined
  /** @default `AWS_REGION`, then `AWS_DEFAULT_REGION`, then the profile's region */
  readonly region?: string | undefined
}

/** Must include `PATH`, so that the AWS CLI can be found. */
type Environment = Readonly<Record<string, string | undefined>>

const run = promisify(execFile)

/** Long enough for single sign-on, which may request new credentials from a server. */
const TIMEOUT_MS = 30_000

/**
 * @throws {CommandFailure} If the AWS CLI, the profile, a session or the region is missing. The
 *   message tells the user what to do.
 */
export async function profileAccess(
  options: AccessOptions,
  env: Environment = process.env,
): Promise<AccountAccess> {
  const { profile } = options
  const credentials =
    (profile === undefined ? fromEnvironment(env) : undefined) ??
    parseExported(await exportCredentials(profile, env))
  const region = options.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION
  return { credentials, region: region ?? (await regionOf(profile, env)) }
}

/**
 * Returns the keys in the environment, or `undefined` if there are none.
 *
 * @throws {CommandFailure} If a key begins or ends with white space.
 */
export function fromEnvironment(env: Environment): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId || !secretAccessKey) return undefined
  const { AWS_SESSION_TOKEN: sessionToken } = env
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
    const problem = surroundingWhitespace(env[name] ?? '')
    if (problem) throw usageFailure(`${name} ${problem}, so AWS would refuse every call: remove it`)
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

async function exportCredentials(profile: string | undefined, env: Environment): Promise<string> {
  try {
    return await aws(['export-credentials', '--format', 'process'], profile, env)
  } catch (error) {
    if (isMissingProgram(error)) throw noCommandLine(error)
    if (isTooOld(error)) {
      throw new CommandFailure(
        'the AWS command line is too old to export credentials: install version 2',
        {
          cause: error,
        },
      )
    }
    const said = stderrOf(error)
    const name = profile ?? env.AWS_PROFILE ?? 'default'
    const advice = /sso|token|expired/i.test(said) ? `aws sso login --profile ${name}` : undefined
    throw new CommandFailure(
      `profile '${name}' has no credentials${said === '' ? '' : `: ${said}`}${advice ? `. Run ${advice}` : ''}`,
      { cause: error },
    )
  }
}

async function regionOf(profile: string | undefined, env: Environment): Promise<string> {
  const region = await aws(['get', 'region'], profile, env).catch(() => '')
  if (region.trim() !== '') return region.trim()
  throw new CommandFailure(
    'no region is set: pass --region, set AWS_REGION, or set one in the profile (aws configure set region eu-west-1)',
  )
}

async function aws(
  args: readonly string[],
  profile: string | undefined,
  env: Environment,
): Promise<string> {
  const named = profile === undefined ? [] : ['--profile', profile]
  // On Windows too, this runs an executable (aws.exe), so no shell is needed.
  const { stdout } = await run('aws', ['configure', ...args, ...named], {
    env: { ...env },
    timeout: TIMEOUT_MS,
    windowsHide: true,
  })
  return stdout
}

/** The output contains a secret, so no error message may quote it. */
function parseExported(text: string): Credentials {
  const exported = parseObject(text)
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = exported
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    throw new CommandFailure('aws configure export-credentials returned no credentials')
  }
  const { SessionToken: sessionToken, Expiration: expiration } = exported
  return {
    accessKeyId,
    secretAccessKey,
    ...(typeof sessionToken === 'string' ? { sessionToken } : {}),
    ...(typeof expiration === 'string' && !Number.isNaN(Date.parse(expiration))
      ? { expiration: new Date(expiration) }
      : {}),
  }
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Version 1 does not have this command and prints its usage. */
function isTooOld(error: unknown): boolean {
  return error instanceof Error && 'stderr' in error && /invalid choice/i.test(String(error.stderr))
}

function noCommandLine(cause: unknown): CommandFailure {
  return new CommandFailure(
    'profiles need the AWS command line, which is not installed: install it ' +
      '(https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html), or set ' +
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    { cause },
  )
}

/** Returns the last line of the error output, because the lines before it are a stack trace. */
function stderrOf(error: unknown): string {
  if (!(error instanceof Error && 'stderr' in error)) return ''
  return String(error.stderr).trim().split('\n').at(-1)?.trim() ?? ''
}
