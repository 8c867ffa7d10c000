/**
 * How many instances of a function there may be at once, as a prop.
 *
 * @module
 */

import { Token } from 'aws-cdk-lib'

/**
 * @param name - Of the prop, for the error.
 * @throws {Error} For zero, which would switch the function off, and for what is no number, which CDK would leave out.
 */
export function reserved(
  name: string,
  given: number | 'unreserved',
): { readonly reservedConcurrentExecutions?: number } {
  if (given === 'unreserved') return {}
  if (!Token.isUnresolved(given) && !(Number.isInteger(given) && given > 0)) {
    throw new Error(`${name} is ${given}, expected a whole number from 1 or 'unreserved'`)
  }
  return { reservedConcurrentExecutions: given }
}
