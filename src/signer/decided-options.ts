/**
 * What the compiler demands of the options of a signer beyond their shape: that each rule says who
 * may upload, and that sizes have a unit that there is.
 *
 * Rules in a constant of their own have lost what was written: there `'10 MB'` is any text. Those,
 * and rules whose names are known at run time only, are checked by `createSigner` alone.
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
 * What the compiler names when a rule says neither `authorize` nor `public: true`, and the signer
 * has no `authorize`.
 */
export interface AuthorizeForRules<_Names, Context = unknown> {
  readonly authorize: Authorize<Authorization, Context>
}

/** Names of the rules with a size that is written out and is none, such as `'7 lightyears'`. */
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

/** What the compiler names when a size of a rule is none. */
export interface RuleSizes {
  readonly maxSize: Size
  readonly minSize?: Size
  readonly form?: boolean | Size
  readonly quota?: Quota
}

/** Rules whose sizes, as far as they are written out, have a unit that there is. */
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
