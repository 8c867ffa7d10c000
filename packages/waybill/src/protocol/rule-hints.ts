/**
 * What a page can learn about a rule before the user picks a file: for an input's `accept`, for
 * hints such as "at most 10 MB", and to refuse a file without calling the signer.
 *
 * @module
 */

import type { CheckedQuota } from './quota.ts'

/** What a rule allows, except for details that not every caller is allowed to know. */
export interface RuleHints {
  /** Content types in lower case: exact, or `image/*`. */
  readonly types: readonly string[]
  /** Value for `<input accept>`; empty if every type is allowed. */
  readonly accept: string
  /** In bytes. */
  readonly maxSize: number
  /** In bytes. */
  readonly minSize: number
  /** Whether the signer creates links to the rule's stored objects. */
  readonly read: boolean
  /** Whether the signer removes the rule's stored objects. */
  readonly remove: boolean
  /** Missing if the rule has no quota. */
  readonly quota?: QuotaHints
}

/** A rule's quota, and how much of it the caller has left. */
export interface QuotaHints extends CheckedQuota {
  /**
   * How much the caller can still upload. Missing if the count could not be read, and in the result
   * of `signer.describe()`, which has no caller.
   */
  readonly remaining?: QuotaRemaining
}

/** What is left of a quota. A member is missing if the quota has no such limit. */
export interface QuotaRemaining {
  readonly files?: number
  /** In bytes. */
  readonly size?: number
  /** When the next period begins and the full quota is available again, in ISO 8601. */
  readonly until: string
}

/** Response to `GET B/rules`: the rules under which the caller is allowed to upload, by name. */
export interface RulesResponse {
  readonly rules: Readonly<Record<string, RuleHints>>
}
