/**
 * What a page may know about a rule before a file is picked: for an input's `accept`, for hints
 * such as "at most 10 MB", and to refuse a file without a call.
 *
 * @module
 */

import type { CheckedQuota } from './quota.ts'

/** What a rule allows, as far as every caller of the rule may know it. */
export interface RuleHints {
  /** Content types in lower case: exact, or `image/*`. */
  readonly types: readonly string[]
  /** For `<input accept>`; empty if every type is allowed. */
  readonly accept: string
  /** In bytes. */
  readonly maxSize: number
  /** In bytes. */
  readonly minSize: number
  /** Whether the signer creates links to stored objects. */
  readonly read: boolean
  /** Whether the signer removes stored objects. */
  readonly remove: boolean
  /** Missing if the rule has none. */
  readonly quota?: QuotaHints
}

/** The owner's quota, and what is left of it. */
export interface QuotaHints extends CheckedQuota {
  /**
   * What the caller may still upload. Missing from `signer.describe()`, which has no caller, and if
   * the count could not be read.
   */
  readonly remaining?: QuotaRemaining
}

/** What is left of a quota. A member is missing if the quota has no such limit. */
export interface QuotaRemaining {
  readonly files?: number
  /** In bytes. */
  readonly size?: number
  /** ISO 8601: when the next period begins, with the full quota. */
  readonly until: string
}

/** Response to `GET B/rules`: the rules the caller may upload under, by name. */
export interface RulesResponse {
  readonly rules: Readonly<Record<string, RuleHints>>
}
