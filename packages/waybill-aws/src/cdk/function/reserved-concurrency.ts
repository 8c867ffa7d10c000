/**
 * The prop for a function's reserved concurrency.
 *
 * @module
 */

import { Token } from 'aws-cdk-lib'

/**
 * Converts the prop to the Lambda function's option.
 *
 * @param name - Name of the prop, for the error.
 * @throws {Error} If it is not a whole number from 1. Zero would disable the function, and CDK
 *   would ignore `NaN`.
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
