/**
 * The type of what an application gives to its rules with a call, found in the rules themselves.
 *
 * @module
 */

import type { UploadRule, UploadRules } from './upload-rule.ts'

/**
 * What the application gives to `signer.fetch` for the functions of these rules: what their
 * parameter `context` says, all of them together; `unknown` when none says anything.
 */
export type RuleContext<Rules extends UploadRules> = [
  { [Name in keyof Rules]: HooksWithContext<Rules[Name]> }[keyof Rules],
] extends [(context: infer Context) => void]
  ? Context
  : unknown

/** One function for each context that a rule names, so that they can be intersected. */
type HooksWithContext<Rule extends UploadRule> =
  | TakesContext<SecondOf<NonNullable<Rule['authorize']>>>
  | TakesContext<SecondOf<NonNullable<Rule['key']>>>
  | TakesContext<SecondOf<NonNullable<Rule['onComplete']>>>
  | TakesContext<ContextOfQuestion<NonNullable<Rule['accept']>>>

/** A parameter whose type is `any` says nothing. */
type TakesContext<Context> = (context: 0 extends 1 & Context ? unknown : Context) => void

type SecondOf<Hook> = Hook extends (first: never, second: infer Context) => unknown
  ? Context
  : unknown

type ContextOfQuestion<Hook> = Hook extends (question: infer Question) => unknown
  ? Question extends { readonly context: infer Context }
    ? Context
    : unknown
  : unknown
