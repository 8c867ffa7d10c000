/**
 * What platforms have on their own network to give out credentials, as AWS documents it.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @module
 */

import { writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { LocalCredentials } from 'strict-s3'

/** What each platform gives out; the local S3 knows it too. */
export const ISSUED: LocalCredentials = {
  accessKeyId: 'ASIAISSUEDBYPLATFORM',
  secretAccessKey: 'a secret access key that the platform issues',
  sessionToken: 'a-session-token-that-the-platform-issues',
}

/** An answer of a stand-in. */
interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  /** Whether this was the request that asks for credentials, and not for a role or a token. */
  readonly hasCredentials: boolean
}

/** A platform, and the stand-in for what it has. */
export interface Platform {
  readonly name: string
  readonly provider: 'chain' | 'vercel'
  /** The environment that the platform gives a program. */
  readonly env: (origin: string, home: string) => Promise<Readonly<Record<string, string>>>
  /** @param seconds - Life of the credentials; missing when they cannot be had. */
  readonly answer: (request: IncomingMessage, seconds: number | undefined) => Answer
  /** What the provider says when they cannot be had. */
  readonly reason: string
}

/** What the chain of the AWS SDK says, whatever the last provider said. */
const NONE = 'Could not load credentials from any providers'

const expiration = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()

const json = (value: object, hasCredentials = true): Answer => ({
  ...{ status: 200, type: 'application/json', hasCredentials },
  body: JSON.stringify(value),
})

const text = (body: string): Answer => ({
  ...{ status: 200, type: 'text/plain', hasCredentials: false, body },
})

const failed = (status = 500): Answer => ({
  ...{ status, type: 'text/plain', hasCredentials: false, body: 'not now' },
})

function keysFor(seconds: number) {
  return {
    AccessKeyId: ISSUED.accessKeyId,
    SecretAccessKey: ISSUED.secretAccessKey,
    Token: ISSUED.sessionToken,
    Expiration: expiration(seconds),
  }
}

function container(token: string): Platform['answer'] {
  return ({ headers, url }, seconds) => {
    if (url !== '/v1/credentials' || headers.authorization !== token) return failed(404)
    return seconds === undefined ? failed() : json(keysFor(seconds))
  }
}

const instance: Platform['answer'] = ({ method, url, headers }, seconds) => {
  const roles = '/latest/meta-data/iam/security-credentials/'
  if (method === 'PUT' && url === '/latest/api/token') return text('imds-token')
  if (headers['x-aws-ec2-metadata-token'] !== 'imds-token') return failed(401)
  if (url === roles) return text('uploads-role')
  if (url !== `${roles}uploads-role`) return failed(404)
  return seconds === undefined ? failed() : json({ Code: 'Success', ...keysFor(seconds) })
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** As Vercel puts it into a function's environment; nobody checks its signature here. */
export const VERCEL_TOKEN = `${part({ alg: 'RS256' })}.${part({ sub: 'owner:team', exp: 4_102_444_800 })}.c2lnbmF0dXJl`

const sts: Platform['answer'] = (_request, seconds) => {
  if (seconds === undefined) {
    const message = 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
    return {
      ...{ status: 403, type: 'text/xml', hasCredentials: false },
      body: `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
    }
  }
  const keys = keysFor(seconds)
  return {
    ...{ status: 200, type: 'text/xml', hasCredentials: true },
    body: `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
<Credentials><AccessKeyId>${keys.AccessKeyId}</AccessKeyId><SecretAccessKey>${keys.SecretAccessKey}</SecretAccessKey>
<SessionToken>${keys.Token}</SessionToken><Expiration>${keys.Expiration}</Expiration></Credentials>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/uploads/vercel</Arn><AssumedRoleId>AROA:vercel</AssumedRoleId></AssumedRoleUser>
</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
  }
}

/** The platforms whose credentials a signer is given. */
export const PLATFORMS: readonly Platform[] = [
  {
    name: 'ECS and Fargate',
    provider: 'chain',
    env: async (origin) => ({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'ecs-token',
    }),
    answer: container('ecs-token'),
    reason: NONE,
  },
  {
    name: 'EKS Pod Identity',
    provider: 'chain',
    env: async (origin, home) => {
      const file = join(home, 'eks-pod-identity-token')
      await writeFile(file, 'eks-token')
      return {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
      }
    },
    answer: container('eks-token'),
    reason: NONE,
  },
  {
    name: 'EC2',
    provider: 'chain',
    env: async (origin) => ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: origin }),
    answer: instance,
    reason: NONE,
  },
  {
    name: 'Vercel',
    provider: 'vercel',
    env: async (origin) => ({
      ...{ VERCEL_OIDC_TOKEN: VERCEL_TOKEN, AWS_ENDPOINT_URL_STS: origin },
      AWS_ENDPOINT_URL: origin,
    }),
    answer: sts,
    reason: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  },
]
