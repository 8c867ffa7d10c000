/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html#s3-bucket-user-policy-specifying-principal-intro
 * @module
 */

import { ACCOUNT_ID, OWNER_ID } from '../message/account.ts'
import { malformedPolicy } from './malformed-policy.ts'
import { isRecord, readTexts } from './policy-json.ts'

/**
 * An account, a user, a role or a session. AWS also checks that it exists. A wildcard is only allowed
 * alone.
 */
const AWS_PRINCIPAL =
  /^(?:\*|\d{12}|arn:aws(?:-cn|-us-gov)?:(?:iam::(?:\d{12}:(?:root|(?:user|role)\/[^*?]+)|cloudfront:user\/[^*?]+)|sts::\d{12}:(?:assumed-role\/[^*?/]+|federated-user)\/[^*?/]+))$/

const KINDS: ReadonlyMap<string, RegExp> = new Map([
  ['AWS', AWS_PRINCIPAL],
  ['CanonicalUser', /^[\da-f]{64}$/],
  ['Federated', /^[^*?]+$/],
  ['Service', /^[\w-]+(?:\.[\w-]+)+$/],
])

/**
 * Account ids become the root principal's ARN. Callers have ARNs of the partition `aws`, whatever the
 * region.
 *
 * @throws {S3Error} `MalformedPolicy`
 */
export function readPrincipals(value: unknown): readonly string[] {
  if (value === '*') return ['*']
  // AWS treats any other text as wrong syntax, even an ARN.
  if (!isRecord(value)) throw malformedPolicy('Invalid policy syntax.')
  return Object.entries(value).flatMap(([kind, names]) =>
    readTexts(names).map((name) => {
      if (!KINDS.get(kind)?.test(name)) {
        throw malformedPolicy('Invalid principal in policy', `"${kind}" : "${name}"`)
      }
      if (/^\d{12}$/.test(name)) return rootOf(name)
      if (kind === 'CanonicalUser' && name === OWNER_ID) return rootOf(ACCOUNT_ID)
      return name.replace(/^arn:aws-(?:cn|us-gov):/, 'arn:aws:')
    }),
  )
}

function rootOf(account: string): string {
  return `arn:aws:iam::${account}:root`
}
