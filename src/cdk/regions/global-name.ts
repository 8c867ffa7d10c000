/**
 * Names of what CloudFront keeps once for a whole account. CDK makes them only from the construct's
 * path, so the stack of a second region would ask for a name that is taken.
 *
 * @see https://github.com/aws/aws-cdk/issues/34336
 * @module
 */

import { Names, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** Room for a hyphen and the longest name of a region. */
const REGION_LENGTH = 20

/**
 * Makes a name from the construct's path and the region of its stack.
 *
 * @param maxLength - What CloudFront allows: 64 for an origin access control, 128 for a response
 *   headers policy.
 */
export function globalName(scope: Construct, id: string, maxLength: number): string {
  const name = Names.uniqueResourceName(scope, {
    maxLength: maxLength - REGION_LENGTH - id.length,
  })
  return `${name}${id}-${Stack.of(scope).region}`
}
