/**
 * The STS actions that this server has. There are no roles: any role of the account can be assumed,
 * and the session has the rights of the key pair that assumed it.
 *
 * @module
 */

import { S3Error } from 'waybill-s3'
import type { XmlElement } from 'waybill-s3/internal/xml'
import type { RequestCredentials, Role } from '../auth/identity.ts'
import { callerOf, createSession } from '../auth/session.ts'
import { ACCOUNT_ID } from '../message/account.ts'
import { text } from '../message/response.ts'

type Action = (
  parameters: URLSearchParams,
  credentials: RequestCredentials,
  now: Date,
) => readonly XmlElement[]

export const STS_ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['GetCallerIdentity', getCallerIdentity],
  ['GetSessionToken', getSessionToken],
  ['AssumeRole', assumeRole],
])

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function getCallerIdentity(_: URLSearchParams, credentials: RequestCredentials) {
  const { arn, userId } = callerOf(credentials)
  return [text('Arn', arn), text('UserId', userId), text('Account', ACCOUNT_ID)]
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
function getSessionToken(parameters: URLSearchParams, credentials: RequestCredentials, now: Date) {
  if (credentials.sessionToken !== undefined) {
    throw denied('Cannot call GetSessionToken with session credentials')
  }
  if (parameters.has('TokenCode') || parameters.has('SerialNumber')) {
    throw denied('MultiFactorAuthentication failed, unable to validate MFA code.')
  }
  const seconds = duration(parameters, { byDefault: 43_200, most: 129_600 })
  return [credentialsElement(createSession(credentials, after(now, seconds)))]
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole(parameters: URLSearchParams, credentials: RequestCredentials, now: Date) {
  const role: Role = {
    arn: roleArn(parameters, credentials),
    sessionName: matching(parameters, 'RoleSessionName', 2, 64),
  }
  // A session policy takes rights away. To ignore it would grant too much.
  for (const name of parameters.keys()) {
    if (name === 'Policy' || name.startsWith('PolicyArns')) {
      throw new S3Error(
        'NotImplemented',
        `The local STS does not implement session policies (${name})`,
      )
    }
  }
  const seconds = duration(parameters, { byDefault: 3600, most: 43_200 })
  if (credentials.session?.role && seconds > 3600) {
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    )
  }
  const parent = credentials.session?.parent ?? credentials
  const session = createSession(parent, after(now, seconds), role)
  const { arn, userId } = callerOf(session)
  return [
    {
      name: 'AssumedRoleUser',
      children: [text('AssumedRoleId', userId), text('Arn', arn)],
    },
    credentialsElement(session),
  ]
}

function credentialsElement(session: ReturnType<typeof createSession>): XmlElement {
  return {
    name: 'Credentials',
    children: [
      text('AccessKeyId', session.accessKeyId),
      text('SecretAccessKey', session.secretAccessKey),
      text('SessionToken', session.sessionToken),
      text('Expiration', session.expiration.toISOString().replace(/\.\d+Z$/, 'Z')),
    ],
  }
}

function after(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000)
}

const ROLE_ARN = /^arn:aws(?:-cn|-us-gov)?:(iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]+)$/

function roleArn(parameters: URLSearchParams, credentials: RequestCredentials): string {
  const arn = parameters.get('RoleArn') ?? ''
  if (arn.length < 20) {
    throw invalid(constraint(arn, 'roleArn', 'Member must have length greater than or equal to 20'))
  }
  const [, resource, account] = ROLE_ARN.exec(arn) ?? []
  if (account === undefined) throw invalid(`${arn} is invalid`)
  if (account === ACCOUNT_ID) return `arn:aws:${resource}`
  throw denied(
    `User: ${callerOf(credentials).arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
  )
}

function matching(parameters: URLSearchParams, name: string, least: number, most: number): string {
  const value = parameters.get(name) ?? ''
  const member = name.charAt(0).toLowerCase() + name.slice(1)
  const wrong = (rule: string) => invalid(constraint(value, member, `Member must ${rule}`))
  if (value.length < least) throw wrong(`have length greater than or equal to ${least}`)
  if (value.length > most) throw wrong(`have length less than or equal to ${most}`)
  if (!/^[\w+=,.@-]*$/.test(value)) throw wrong('satisfy regular expression pattern: [\\w+=,.@-]*')
  return value
}

/** In seconds. */
const LEAST_DURATION = 900

function duration(
  parameters: URLSearchParams,
  { byDefault, most }: { readonly byDefault: number; readonly most: number },
): number {
  const value = parameters.get('DurationSeconds')
  if (value === null) return byDefault
  const seconds = Number(value)
  if (!/^\d{1,9}$/.test(value)) {
    throw new S3Error('MalformedInput', undefined, {}, 400)
  }
  const wrong = (rule: string) =>
    invalid(constraint(value, 'durationSeconds', `Member must have value ${rule}`))
  if (seconds < LEAST_DURATION) throw wrong(`greater than or equal to ${LEAST_DURATION}`)
  if (seconds > most) throw wrong(`less than or equal to ${most}`)
  return seconds
}

function constraint(value: string, member: string, rule: string): string {
  return `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${rule}`
}

function invalid(message: string): S3Error {
  return new S3Error('ValidationError', message, {}, 400)
}

function denied(message: string): S3Error {
  return new S3Error('AccessDenied', message)
}
