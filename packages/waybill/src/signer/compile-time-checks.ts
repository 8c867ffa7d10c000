/**
 * Compile-time checks of a signer's options: each rule says who can upload, and sizes have valid
 * units.
 *
 * The compiler cannot check rules in a separate constant, because they lose their literal types:
 * `'10 MB'` becomes `string`. `createSigner` checks such rules at run time.
 *
 * @module
 */

import type { Authorization, Authorize, UnsureAuthorization } from '../protocol/authorization.ts'
import type { Size } from '../protocol/size.ts'
import type { UploadRule, UploadRules } from '../protocol/upload-rule.ts'
import type { SignerOptions } from './context/signer-options.ts'

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
 * Required if a rule has neither `authorize` nor `public: true`. The compiler's error message shows
 * this name.
 */
export interface AuthorizeForRules<_Names, Context = unknown> {
  readonly authorize: Authorize<Authorization, Context>
}

/**
 * Appears in the compiler's error message if a size literal is invalid, such as `'7 lightyears'`.
 */
export interface ExpectedSize {
  readonly expected: Size
}

type SizeMember = 'maxSize' | 'minSize' | 'form'

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
 * Appears in the compiler's error message if `authorize` may return an `owner` that is undefined,
 * as in `{ owner: user?.id }`.
 */
export interface OwnerMayBeUndefined {
  readonly expected: 'false where there is no owner, not an owner that is undefined'
}

/** This is a mapped type so that TypeScript can still infer the rest of the rule. */
type UnsureOwner<Rule extends UploadRule> = {
  readonly [Member in 'authorize' as true extends IsUnsure<Rule[Member]>
    ? Member
    : never]: OwnerMayBeUndefined
}

type IsUnsure<Function> = Function extends (...given: never) => infer Returned
  ? true extends MayBeUndefined<Awaited<Returned>>
    ? true
    : false
  : false

/** A missing `owner` is allowed. An `owner` that is present but may be undefined is not. */
type MayBeUndefined<Returned> =
  IsAny<Returned> extends true
    ? false
    : Returned extends { readonly owner: infer Owner }
      ? IsAny<Owner> extends true
        ? false
        : undefined extends Owner
          ? true
          : false
      : false

type IsAny<Type> = 0 extends 1 & Type ? true : false

export type SoundRules<Rules extends UploadRules> = string extends keyof Rules
  ? Rules
  : {
      readonly [Name in keyof Rules]: Rules[Name] &
        WrongSizes<Rules[Name]> &
        UnsureOwner<Rules[Name]>
    }

/**
 * Signer options in which every rule has `authorize` or `public: true`, unless the signer itself
 * has `authorize`.
 */
export type CheckedOptions<Rules extends UploadRules, Context = unknown> = SignerOptions<
  Rules,
  Context
> & { readonly rules: SoundRules<Rules> } & ([DependentRules<Rules>] extends [never]
    ? unknown
    : AuthorizeForRules<DependentRules<Rules>, Context>)
