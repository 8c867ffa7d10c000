/**
 * What the compiler checks in the options of a signer beyond their shape: each rule says who may
 * upload, and sizes have a valid unit.
 *
 * Rules in a separate constant lose their literal types: there `'10 MB'` is any string. Only
 * `createSigner` checks such rules, and rules whose names are known only at run time.
 *
 * @module
 */

import type { Authorization, Authorize } from '../protocol/authorization.ts'
import type { Quota } from '../protocol/quota.ts'
import type { Size } from '../protocol/size.ts'
import type { UploadRule, UploadRules } from '../protocol/upload-rule.ts'
import type { SignerOptions } from './signer-options.ts'

/** Names of the rules that do not say who may upload. */
type DependentRules<Rules extends UploadRules> = string extends keyof Rules
  ? never
  : {
      [Name in keyof Rules]: SaysWhoMayUpload<Rules[Name]> extends true ? never : Name
    }[keyof Rules]

type SaysWhoMayUpload<Rule extends UploadRule> = Rule extends
  | { readonly authorize: Authorize<Authorization, never> }
  | { readonly public: true }
  ? true
  : Rule extends { readonly public: infer Said }
    ? boolean extends Said
      ? true
      : false
    : false

/**
 * The type in the compiler's message when a rule has neither `authorize` nor `public: true`, and
 * the signer has no `authorize`.
 */
export interface AuthorizeForRules<_Names, Context = unknown> {
  readonly authorize: Authorize<Authorization, Context>
}

/** Names of the rules with a literal that is not a size, such as `'7 lightyears'`. */
type RulesWithoutSize<Rules extends UploadRules> = string extends keyof Rules
  ? never
  : {
      [Name in keyof Rules]: [
        | NoSize<Rules[Name]['maxSize']>
        | NoSize<Rules[Name]['minSize']>
        | NoSize<Rules[Name]['form']>
        | NoSize<QuotaSize<Rules[Name]['quota']>>,
      ] extends [never]
        ? never
        : Name
    }[keyof Rules]

type QuotaSize<Given> = Given extends { readonly size?: infer Total } ? Total : undefined

type NoSize<Given> = string extends Given
  ? never
  : Given extends Size | boolean | undefined
    ? never
    : Given

/** The type in the compiler's message when a size of a rule is not valid. */
export interface RuleSizes {
  readonly maxSize: Size
  readonly minSize?: Size
  readonly form?: boolean | Size
  readonly quota?: Quota
}

/** Rules whose sizes, as far as they are literals, have a valid unit. */
export type SizedRules<Rules extends UploadRules> = [RulesWithoutSize<Rules>] extends [never]
  ? Rules
  : Rules & Readonly<Record<RulesWithoutSize<Rules>, RuleSizes>>

/** Options in which each rule has `authorize` or `public: true`, or the signer has `authorize`. */
export type DecidedOptions<Rules extends UploadRules, Context = unknown> = SignerOptions<
  Rules,
  Context
> &
  ([DependentRules<Rules>] extends [never]
    ? unknown
    : AuthorizeForRules<DependentRules<Rules>, Context>) &
  ([RulesWithoutSize<Rules>] extends [never] ? unknown : { readonly rules: SizedRules<Rules> })
