/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html#s3-bucket-user-policy-specifying-principal-intro
 * @module
 */

import { ACCOUNT_ID, OWNER_ID } from '../message/account.ts'
import { malformedPolicy } from './malformed-policy.ts'
import { isRecord, readStrings } from './policy-json.ts'

/**
 * An account, a user, a role or a session. AWS also checks that it exists. `*` is allowed only on its
 * own.
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
 * An account id becomes the ARN of the account's root principal. Every partition becomes `aws`, which
 * callers' ARNs have in every region.
 *
 * @throws {S3Error} `MalformedPolicy`
 */
export function readPrincipals(value: unknown): readonly string[] {
  if (value === '*') return ['*']
  // AWS rejects any other string as a syntax error, even an ARN.
  if (!isRecord(value)) throw malformedPolicy('Invalid policy syntax.')
  return Object.entries(value).flatMap(([kind, names]) =>
    readStrings(names).map((name) => {
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
