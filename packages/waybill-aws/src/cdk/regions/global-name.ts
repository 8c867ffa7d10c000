/**
 * Names CloudFront resources. Their names must be unique within an account, but CDK derives them
 * only from the construct's path. The same stack in a second region would request a name that is
 * already taken.
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
 * Context key of a template's stack, whose name is unknown at synthesis. A region can contain
 * several of these stacks.
 */
export const NAMED_AT_DEPLOYMENT = 'waybill:stackNamedLater'

/**
 * Derives a name from the construct's path and the stack's region.
 *
 * @param maxLength - CloudFront's limit for this kind of resource.
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
 * Derives a name from the UUID at the end of the stack's ARN, if the stack's name is unknown at
 * synthesis.
 *
 * @returns `undefined` for other stacks.
 */
export function nameFromStackId(scope: Construct, id: string): string | undefined {
  if (scope.node.tryGetContext(NAMED_AT_DEPLOYMENT) !== true) return undefined
  return `Waybill${id}-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`
}
