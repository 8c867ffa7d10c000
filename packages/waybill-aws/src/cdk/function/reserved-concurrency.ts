/**
 * How many instances of a function may run at once, as a prop.
 *
 * @module
 */

import { Token } from 'aws-cdk-lib'

/**
 * Makes the prop of the function.
 *
 * @param name - Name of the prop, for the error.
 * @throws {Error} When it is zero, which would switch the function off, or not a number, which CDK
 *   would leave out.
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
