/**
 * The maximum number of concurrent instances of a function, as a prop.
 *
 * @module
 */

import { Token } from 'aws-cdk-lib'

/**
 * Returns the function's prop.
 *
 * @param name - Name of the prop, for the error.
 * @throws {Error} If it is zero, which would disable the function, or not a number, which CDK would
 *   ignore.
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
