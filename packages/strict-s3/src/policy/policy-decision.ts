/**
 * Evaluates bucket policies. `Deny` overrides `Allow`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html
 * @module
 */

import { type ConditionContext, conditionHolds, matchesPolicyPattern } from './policy-condition.ts'
import type { Patterns, PolicyCondition, PolicyStatement } from './policy-document.ts'

export interface PolicyQuestion {
  /** The ARNs that stand for the requester, its own first. Empty for an unsigned request. */
  readonly principals: readonly string[]
  readonly action: string
  readonly resource: string
  readonly context: ConditionContext
}

export function decide(
  statements: readonly PolicyStatement[],
  question: PolicyQuestion,
): 'Allow' | 'Deny' | undefined {
  const effects = statements.filter((each) => applies(each, question)).map((each) => each.effect)
  if (effects.includes('Deny')) return 'Deny'
  return effects[0]
}

function applies(statement: PolicyStatement, question: PolicyQuestion): boolean {
  const { principals, actions, resources, conditions } = statement
  return (
    covers(principals, (each) => isPrincipal(each, question.principals)) &&
    // Actions are not case-sensitive.
    covers(actions, (each) =>
      matchesPolicyPattern(each.toLowerCase(), question.action.toLowerCase()),
    ) &&
    covers(resources, (each) => matchesPolicyPattern(each, question.resource)) &&
    conditions.every(({ operator, key, values }) =>
      conditionHolds(operator, key, values, question.context),
    )
  )
}

function covers({ not, values }: Patterns, matches: (value: string) => boolean): boolean {
  return values.some(matches) !== not
}

/** An account's root principal includes all of the account's users and role sessions. */
function isPrincipal(pattern: string, principals: readonly string[]): boolean {
  if (pattern === '*' || principals.includes(pattern)) return true
  const [, account] = /^arn:aws:iam::(\d{12}):root$/.exec(pattern) ?? []
  return account !== undefined && principals.some((each) => each.split(':')[4] === account)
}

/** With a condition on one of these keys, S3 does not consider an `Allow` for everyone public. */
const NARROWING =
  /^(?:aws:(?:SourceIp|SourceArn|SourceVpc|SourceVpce|SourceAccount|SourceOwner|userid|PrincipalArn|PrincipalAccount|PrincipalOrgID)|s3:(?:DataAccessPoint|x-amz-server-side-encryption-aws-kms-key-id))/i

/**
 * Returns whether S3 Block Public Access considers the policy public.
 *
 * @see
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function isPublic(statements: readonly PolicyStatement[]): boolean {
  return statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' && principals.values.includes('*') && !conditions.some(isNarrowing),
  )
}

/** An operator that also holds for requests without the key, or for all other values, is not narrow. */
const WIDE_OPERATOR = /Not|^Null$|IfExists$|^ForAllValues:/

/** The values must be fixed: without wildcards and variables, and no large networks. */
function isNarrowing({ key, operator, values }: PolicyCondition): boolean {
  return (
    NARROWING.test(key) &&
    !WIDE_OPERATOR.test(operator) &&
    values.every((value) => !/[*?]|\$\{/.test(value) && !isLargeNetwork(value))
  )
}

/** Broader than /8 in IPv4, or than /32 in IPv6. */
function isLargeNetwork(value: string): boolean {
  const [, address = '', bits] = /^([\da-f.:]+)\/(\d+)$/i.exec(value) ?? []
  return bits !== undefined && Number(bits) < (address.includes(':') ? 32 : 8)
}
