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

/** The type in the compiler's message where a literal is not a size, such as `'7 lightyears'`. */
export interface ExpectedSize {
  readonly expected: Size
}

type SizeMember = 'maxSize' | 'minSize' | 'form'

/** `ExpectedSize` for each member of a rule that has a wrong literal. */
type WrongSizes<Rule extends UploadRule> = {
  readonly [Member in SizeMember as IsWrong<Rule[Member]> extends true
    ? Member
    : never]: ExpectedSize
} & (Rule extends { readonly quota: { readonly size: infer Total } }
  ? IsWrong<Total> extends true
    ? { readonly quota: { readonly size: ExpectedSize } }
    : unknown
  : unknown)

type IsWrong<Given> = string extends Given
  ? false
  : Given extends Size | boolean | undefined
    ? false
    : true

/** Rules whose sizes, as far as they are literals, have a valid unit. */
export type SizedRules<Rules extends UploadRules> = string extends keyof Rules
  ? Rules
  : { readonly [Name in keyof Rules]: Rules[Name] & WrongSizes<Rules[Name]> }

/** Options in which each rule has `authorize` or `public: true`, or the signer has `authorize`. */
export type DecidedOptions<Rules extends UploadRules, Context = unknown> = SignerOptions<
  Rules,
  Context
> & { readonly rules: SizedRules<Rules> } & ([DependentRules<Rules>] extends [never]
    ? unknown
    : AuthorizeForRules<DependentRules<Rules>, Context>)
