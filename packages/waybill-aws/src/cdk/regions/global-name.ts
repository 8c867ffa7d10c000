/**
 * Names of CloudFront resources, which must be unique within an account. CDK derives them only from
 * the construct's path, so a stack in a second region would request a name that is already taken.
 *
 * @see https://github.com/aws/aws-cdk/issues/34336
 *
 * @module
 */

import { Aws, Fn, Names, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** Room for a hyphen and the longest region name. */
const REGION_LENGTH = 20

/**
 * Context key that marks a stack whose name is known only at deployment: a template's stack. A
 * region can contain several of these.
 */
export const NAMED_AT_DEPLOYMENT = 'waybill:stackNamedLater'

/**
 * Creates a name from the construct's path and the region of its stack.
 *
 * @param maxLength - CloudFront's limit: 64 for an origin access control, 128 for a response
 *   headers policy.
 */
export function globalName(scope: Construct, id: string, maxLength: number): string {
  const later = nameFromStackId(scope, id)
  if (later !== undefined) return later
  const name = Names.uniqueResourceName(scope, {
    maxLength: maxLength - REGION_LENGTH - id.length,
  })
  return `${name}${id}-${Stack.of(scope).region}`
}

/**
 * Creates a name for a stack whose own name is known only at deployment, from the UUID at the end
 * of the stack's ARN.
 *
 * @returns `undefined` for other stacks.
 */
export function nameFromStackId(scope: Construct, id: string): string | undefined {
  if (scope.node.tryGetContext(NAMED_AT_DEPLOYMENT) !== true) return undefined
  return `Waybill${id}-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`
}
