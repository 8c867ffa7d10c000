import type { Duration } from 'aws-cdk-lib'
import type { DeclaredRule } from './declared-rule.ts'
import type { StoredObjectAccess } from './permissions.ts'
import type { SignerAuth } from './signer-auth.ts'

/** Declares which of `read`, `remove`, `claim` and `quota` the rules in your code use. */
export interface CodeFeatures {
  /**
   * Whether any rule has `read`.
   * @default false
   */
  readonly read?: boolean
  /**
   * Whether any rule has `remove`.
   * @default false
   */
  readonly remove?: boolean
  /**
   * The `claim` durations of all rules that have one, in whole days.
   * @default - none
   */
  readonly claims?: readonly Duration[]
  /**
   * Whether any rule has `quota`. If so, the stack contains a DynamoDB table to count uploads in.
   * @default false
   */
  readonly quota?: boolean
}

interface Rules {
  readonly rules?: Readonly<Record<string, DeclaredRule>>
  readonly codeAllows?: CodeFeatures
}

export function claimsOf({ rules = {}, codeAllows = {} }: Rules): readonly Duration[] {
  const declared = Object.values(rules).flatMap(({ claim }) => (claim ? [claim] : []))
  return [...declared, ...(codeAllows.claims ?? [])]
}

export function hasQuota({ rules = {}, codeAllows = {} }: Rules): boolean {
  return codeAllows.quota === true || Object.values(rules).some(({ quota }) => quota !== undefined)
}

/**
 * With upload tokens, the application's server can link to, remove and claim objects through the
 * signer, whatever the rules allow. Otherwise the signer itself never claims objects.
 */
export function allowedOf(
  { rules = {}, codeAllows = {} }: Rules,
  auth: SignerAuth,
): StoredObjectAccess {
  if (auth.type === 'token') return { read: true, remove: true, claim: true }
  const declared = Object.values(rules)
  return {
    read: codeAllows.read === true || declared.some(({ read = false }) => read !== false),
    remove: codeAllows.remove === true || declared.some(({ remove = false }) => remove !== false),
  }
}
