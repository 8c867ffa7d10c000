/**
 * What a bucket policy says of a request: a statement that denies wins, then one that allows.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html
 * @module
 */

import { type ConditionContext, conditionHolds, matchesPattern } from './policy-condition.ts'
import type { Patterns, PolicyStatement } from './policy-document.ts'

export interface PolicyQuestion {
  /** `*` for nobody in particular. */
  readonly principal: string
  /** `s3:GetObject` */
  readonly action: string
  /** `arn:aws:s3:::bucket/key` */
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
    covers(principals, (each) => isPrincipal(each, question.principal)) &&
    // Actions are compared without regard to case.
    covers(actions, (each) => matchesPattern(each.toLowerCase(), question.action.toLowerCase())) &&
    covers(resources, (each) => matchesPattern(each, question.resource)) &&
    conditions.every(({ operator, key, values }) =>
      conditionHolds(operator, key, values, question.context),
    )
  )
}

function covers({ not, values }: Patterns, matches: (value: string) => boolean): boolean {
  return values.some(matches) !== not
}

/** The root of an account stands for everybody in it. */
function isPrincipal(pattern: string, principal: string): boolean {
  if (pattern === '*' || pattern === principal) return true
  const [, account] = /^arn:aws:iam::(\d{12}):root$/.exec(pattern) ?? []
  return account !== undefined && principal.startsWith(`arn:aws:iam::${account}:`)
}

/** Conditions on these keep a policy for everybody from being public. */
const NARROWING =
  /^(?:aws:(?:SourceIp|SourceArn|SourceVpc|SourceVpce|SourceAccount|SourceOwner|userid|PrincipalArn|PrincipalAccount|PrincipalOrgID)|s3:(?:DataAccessPoint|x-amz-server-side-encryption-aws-kms-key-id))/i

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export function isPublic(statements: readonly PolicyStatement[]): boolean {
  return statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' &&
      (principals.not || principals.values.includes('*')) &&
      !conditions.some(({ key, operator }) => NARROWING.test(key) && !operator.includes('Not')),
  )
}
