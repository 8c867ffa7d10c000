/**
 * Requests under a bucket policy.
 *
 * @module
 */

import type { Case, Status } from '../case.ts'
import type { System } from '../system.ts'
import type { RawRequest } from './raw-request.ts'

export const POLICY = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html'

export interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action: string
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >
  /** @default 'object' */
  readonly on?: 'bucket' | 'object' | 'object a' | 'everything'
  readonly Principal?: unknown
}

export function policyText(system: System, { on = 'object', ...statement }: Statement): string {
  const bucket = `arn:aws:s3:::${system.bucket}`
  const Resource = {
    bucket,
    object: `${bucket}/*`,
    'object a': `${bucket}/a`,
    everything: [bucket, `${bucket}/*`],
  }[on]
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Principal: '*', Resource, ...statement }],
  })
}

export const putPolicy = (system: System, body: string) =>
  system.signed({ method: 'PUT', query: { policy: '' }, body })

export const putBlock = (system: System, on: boolean) => {
  const body = `<PublicAccessBlockConfiguration>${['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].map((name) => `<${name}>${on}</${name}>`).join('')}</PublicAccessBlockConfiguration>`
  return system.signed({ method: 'PUT', query: { publicAccessBlock: '' }, body, md5: true })
}

/** Asks under a policy, with an object `a` there that is tagged `waybill=verified`. */
export const under =
  (statement: Statement, ask: (system: System) => Promise<RawRequest>) =>
  async (system: System) => {
    await system.put('a', 'hello', { 'x-amz-tagging': 'waybill=verified' })
    await system.put('b', 'hello')
    await system.expect(200, await putBlock(system, false))
    await system.expect(204, await putPolicy(system, policyText(system, statement)))
    return ask(system)
  }

export const judged = (
  title: string,
  see: string,
  statement: Statement,
  ask: (system: System) => Promise<RawRequest>,
  status: Status,
): Case => ({
  title,
  see,
  request: under(statement, ask),
  status: status === 403 ? '403 AccessDenied' : status,
})

export const anonymously =
  (key: string) =>
  async (system: System): Promise<RawRequest> => ({
    method: 'GET',
    path: `/${system.bucket}/${key}`,
    headers: { host: system.host },
  })

export const POSTS_ONLY: Statement = {
  Effect: 'Deny',
  Action: 's3:PutObject',
  Condition: { StringNotEquals: { 's3:authType': 'POST' } },
}
