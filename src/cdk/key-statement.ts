/**
 * What a role may do with a KMS key of a customer.
 *
 * @module
 */

import { Aws } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'

/**
 * Makes a statement for using a KMS key through one service.
 *
 * @param through - Service and region that may use the key for the role: `s3.eu-west-1`.
 */
export function keyStatement(
  key: IKey,
  actions: readonly string[],
  through: string,
): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${through}.${Aws.URL_SUFFIX}` } },
  })
}
