import type { CheckedQuota } from './quota.ts'

/**
 * What a rule allows, for a page to use before the user picks a file. Details that not every caller
 * is allowed to know are missing.
 */
export interface RuleHints {
  /** Content types in lower case: exact, or `image/*`. */
  readonly types: readonly string[]
  /** Value for `<input accept>`; empty if every type is allowed. */
  readonly accept: string
  /** In bytes. */
  readonly maxSize: number
  /** In bytes. */
  readonly minSize: number
  /** Whether the signer creates links to objects stored under this rule. */
  readonly read: boolean
  /** Whether the signer removes objects stored under this rule. */
  readonly remove: boolean
  /** Missing if the rule has no quota. */
  readonly quota?: QuotaHints
}

/** A rule's quota, and how much of it the caller has left. */
export interface QuotaHints extends CheckedQuota {
  /**
   * How much the caller can still upload. Missing if the signer could not read the count, and in
   * the result of `signer.describe()`, which has no caller.
   */
  readonly remaining?: QuotaRemaining
}

/** What is left of a quota. A property is missing if the quota does not limit it. */
export interface QuotaRemaining {
  readonly files?: number
  /** In bytes. */
  readonly size?: number
  /** When the next period begins and the full quota is available again, in ISO 8601. */
  readonly until: string
}

/** Response to `GET B/rules`: the rules that the caller is allowed to use, by name. */
export interface RulesResponse {
  /** The signer's version of Waybill. Missing before 0.1.0. */
  readonly version?: string
  readonly rules: Readonly<Record<string, RuleHints>>
}
