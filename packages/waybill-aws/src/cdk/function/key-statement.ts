import { Aws } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'

/**
 * Allows a role to use KMS keys, but only through one service.
 *
 * @param through - The service and its region, such as `s3.eu-west-1`.
 */
export function keyStatement(
  sid: string,
  keys: readonly IKey[],
  actions: readonly string[],
  through: string,
): PolicyStatement {
  return new PolicyStatement({
    sid,
    actions: [...actions],
    resources: keys.map(({ keyArn }) => keyArn),
    conditions: { StringEquals: { 'kms:ViaService': `${through}.${Aws.URL_SUFFIX}` } },
  })
}
