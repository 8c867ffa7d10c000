import type { UploadRule, UploadRules } from './upload-rule.ts'

/**
 * The `context` that the application must pass to `signer.fetch`: the intersection of the `context`
 * types that the rules' functions declare, or `unknown` if none of them declares one.
 */
export type RuleContext<Rules extends UploadRules> = [
  { [Name in keyof Rules]: HooksWithContext<Rules[Name]> }[keyof Rules],
] extends [(context: infer Context) => void]
  ? Context
  : unknown

/**
 * A union with one function type per declared context. TypeScript infers the intersection of the
 * contexts from this union.
 */
type HooksWithContext<Rule extends UploadRule> =
  | TakesContext<SecondOf<NonNullable<Rule['authorize']>>>
  | TakesContext<SecondOf<NonNullable<Rule['key']>>>
  | TakesContext<SecondOf<NonNullable<Rule['onComplete']>>>
  | TakesContext<ContextOfQuestion<NonNullable<Rule['accept']>>>

/** A parameter of type `any` counts as undeclared. */
type TakesContext<Context> = (context: 0 extends 1 & Context ? unknown : Context) => void

type SecondOf<Hook> = Hook extends (first: never, second: infer Context) => unknown
  ? Context
  : unknown

type ContextOfQuestion<Hook> = Hook extends (question: infer Question) => unknown
  ? Question extends { readonly context: infer Context }
    ? Context
    : unknown
  : unknown
