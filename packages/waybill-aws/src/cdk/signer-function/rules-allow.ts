/**
 * What a signer's rules allow for stored objects: read from rules in props, or declared for rules
 * in code.
 *
 * @module
 */

import type { Duration } from 'aws-cdk-lib'
import type { DeclaredRule } from './declared-rule.ts'
import type { WayBack } from './stored-object-permissions.ts'

/** What rules in code allow for stored objects. */
export interface CodeAllows {
  /**
   * Whether a rule has `read`.
   * @default false
   */
  readonly read?: boolean
  /**
   * Whether a rule has `remove`.
   * @default false
   */
  readonly remove?: boolean
  /**
   * `claim` of each rule that has one, in whole days.
   * @default - none
   */
  readonly claims?: readonly Duration[]
  /**
   * Whether a rule has `quota`: the stack then contains a table to count it in.
   * @default false
   */
  readonly quota?: boolean
}

interface Rules {
  readonly rules?: Readonly<Record<string, DeclaredRule>>
  readonly codeAllows?: CodeAllows
}

/** Returns `claim` of all rules that have one. */
export function claimsOf({ rules = {}, codeAllows = {} }: Rules): readonly Duration[] {
  const declared = Object.values(rules).flatMap(({ claim }) => (claim ? [claim] : []))
  return [...declared, ...(codeAllows.claims ?? [])]
}

/** Returns whether a rule has a quota. */
export function hasQuota({ rules = {}, codeAllows = {} }: Rules): boolean {
  return codeAllows.quota === true || Object.values(rules).some(({ quota }) => quota !== undefined)
}

/**
 * Returns what the signer itself does. It does not claim objects: the application's server does.
 */
export function allowedOf({ rules = {}, codeAllows = {} }: Rules): WayBack {
  const declared = Object.values(rules)
  return {
    read: codeAllows.read === true || declared.some(({ read = false }) => read !== false),
    remove: codeAllows.remove === true || declared.some(({ remove = false }) => remove !== false),
  }
}
