/**
 * Names of what CloudFront keeps once for a whole account: CDK makes them of the construct's path alone, so that a
 * second region's stack would ask for a name that is taken.
 *
 * @see https://github.com/aws/aws-cdk/issues/34336
 * @module
 */

import { Names, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** Room for a hyphen and the longest name of a region. */
const REGION_LENGTH = 20

/**
 * A name of the construct's path and its stack's region.
 *
 * @param maxLength - What CloudFront allows: 64 for an origin access control, 128 for a response headers policy.
 */
export function globalName(scope: Construct, id: string, maxLength: number): string {
  const name = Names.uniqueResourceName(scope, {
    maxLength: maxLength - REGION_LENGTH - id.length,
  })
  return `${name}${id}-${Stack.of(scope).region}`
}
