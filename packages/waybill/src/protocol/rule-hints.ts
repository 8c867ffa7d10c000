/**
 * What a page may know of a rule before it has a file: for `accept` of an input, for hints such as
 * "at most 10 MB", and to refuse a file without a call.
 *
 * @module
 */

import type { CheckedQuota } from './quota.ts'

/** What a rule allows, as far as every caller of the rule may know it. */
export interface RuleHints {
  /** Content types in lower case: exact, or `image/*`. */
  readonly types: readonly string[]
  /** For `<input accept>`; empty where every type is allowed. */
  readonly accept: string
  /** Bytes. */
  readonly maxSize: number
  /** Bytes. */
  readonly minSize: number
  /** Whether the signer gives links to what was stored. */
  readonly read: boolean
  /** Whether the signer removes what was stored. */
  readonly remove: boolean
  /** Missing where the rule has none. */
  readonly quota?: QuotaHints
}

/** How much an owner may be granted, and what is left of it. */
export interface QuotaHints extends CheckedQuota {
  /**
   * What the caller may still be granted. Missing from `signer.describe()`, which knows no caller,
   * and when the count could not be read.
   */
  readonly remaining?: QuotaRemaining
}

/** What is left of a quota. A member is missing where the quota has no such limit. */
export interface QuotaRemaining {
  readonly files?: number
  /** Bytes. */
  readonly size?: number
  /** ISO 8601: when the next window begins, with the whole quota. */
  readonly until: string
}

/** Response to `GET B/rules`: the rules under which the caller may upload, by name. */
export interface RulesResponse {
  readonly rules: Readonly<Record<string, RuleHints>>
}
