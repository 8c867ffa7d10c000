import { Token } from 'aws-cdk-lib'

/**
 * @param name - The prop's name, for the error message.
 * @throws {Error} If the value is not a positive integer. Zero would disable the function, and CDK
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
