/**
 * What the compiler checks in the options of a signer beyond their shape: each rule says who may
 * upload, and sizes have a valid unit.
 *
 * Rules in a separate constant lose their literal types, so `'10 MB'` is just a string there. Only
 * `createSigner` checks such rules, and rules whose names are known only at run time.
 *
 * @module
 */

import type { Authorization, Authorize, UnsureAuthorization } from '../protocol/authorization.ts'
import type { Size } from '../protocol/size.ts'
import type { UploadRule, UploadRules } from '../protocol/upload-rule.ts'
import type { SignerOptions } from './context/signer-options.ts'

/** Names of the rules that do not say who may upload. */
type DependentRules<Rules extends UploadRules> = string extends keyof Rules
  ? never
  : {
      [Name in keyof Rules]: SaysWhoMayUpload<Rules[Name]> extends true ? never : Name
    }[keyof Rules]

type SaysWhoMayUpload<Rule extends UploadRule> = Rule extends
  | { readonly authorize: Authorize<UnsureAuthorization, never> }
  | { readonly public: true }
  ? true
  : Rule extends { readonly public: infer Said }
    ? boolean extends Said
      ? true
      : false
    : false

/**
 * The compiler's message names this type if a rule has neither `authorize` nor `public: true`, and
 * the signer has no `authorize`.
 */
export interface AuthorizeForRules<_Names, Context = unknown> {
  readonly authorize: Authorize<Authorization, Context>
}

/** The compiler's message names this type if a literal is not a size, such as `'7 lightyears'`. */
export interface ExpectedSize {
  readonly expected: Size
}

type SizeMember = 'maxSize' | 'minSize' | 'form'

/** `ExpectedSize` for each member of a rule with an invalid literal. */
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

/**
 * The compiler's message names this type if `authorize` may return an `owner` that is undefined,
 * such as `{ owner: user?.id }`.
 */
export interface OwnerMayBeUndefined {
  readonly expected: 'false where there is no owner, not an owner that is undefined'
}

/** `OwnerMayBeUndefined` for `authorize`. A mapped type, so that the rest is still inferred. */
type UnsureOwner<Rule extends UploadRule> = {
  readonly [Member in 'authorize' as true extends IsUnsure<Rule[Member]>
    ? Member
    : never]: OwnerMayBeUndefined
}

type IsUnsure<Function> = Function extends (...given: never) => infer Answer
  ? true extends MayBeUndefined<Awaited<Answer>>
    ? true
    : false
  : false

/** A missing owner differs from an owner that is present and undefined. */
type MayBeUndefined<Answer> =
  IsAny<Answer> extends true
    ? false
    : Answer extends { readonly owner: infer Owner }
      ? IsAny<Owner> extends true
        ? false
        : undefined extends Owner
          ? true
          : false
      : false

type IsAny<Type> = 0 extends 1 & Type ? true : false

/** Rules whose literal sizes have valid units and whose owners cannot be undefined. */
export type SoundRules<Rules extends UploadRules> = string extends keyof Rules
  ? Rules
  : {
      readonly [Name in keyof Rules]: Rules[Name] &
        WrongSizes<Rules[Name]> &
        UnsureOwner<Rules[Name]>
    }

/** Options in which each rule has `authorize` or `public: true`, or the signer has `authorize`. */
export type DecidedOptions<Rules extends UploadRules, Context = unknown> = SignerOptions<
  Rules,
  Context
> & { readonly rules: SoundRules<Rules> } & ([DependentRules<Rules>] extends [never]
    ? unknown
    : AuthorizeForRules<DependentRules<Rules>, Context>)
