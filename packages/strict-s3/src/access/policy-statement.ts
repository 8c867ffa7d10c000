export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny'
  readonly principals: Patterns
  readonly actions: Patterns
  readonly resources: Patterns
  readonly conditions: readonly PolicyCondition[]
}

export interface Patterns {
  /** Whether this is the negated element, such as `NotAction`. */
  readonly not: boolean
  /** Patterns can contain `*` and `?`. */
  readonly values: readonly string[]
}

export interface PolicyCondition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}
