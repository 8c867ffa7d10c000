/**
 * Acknowledges cdk-nag findings with a reason, so that apps that run the AwsSolutions pack do not
 * have to.
 *
 * @module
 */

import { Stack, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/**
 * @param finding - The cdk-nag rule, such as `SQS3`. If the rule can report several findings, the
 *   finding follows in brackets: `IAM5[Resource::*]`.
 */
export function acknowledge(construct: IConstruct, finding: string, reason: string): void {
  try {
    Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-${finding}`, reason })
  } catch (error) {
    // CDK versions from the first half of 2026 reject ids that contain `::` in the rule. With these
    // versions, cdk-nag still reports the finding.
    if (!finding.includes('::')) throw error
  }
}

/** Acknowledges the wildcard in statements that cover all objects under a prefix. */
export function acknowledgeObjects(construct: IConstruct, objectsArn: string): void {
  acknowledge(
    construct,
    `IAM5[Resource::${written(Stack.of(construct).resolve(objectsArn))}]`,
    'Object keys are chosen when uploads are signed, so the resource is every key under the prefix; the actions are listed one by one.',
  )
}

/** Formats a CloudFormation expression as cdk-nag does: `<LogicalId.Arn>/uploads/*`. */
function written(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>
  if (typeof ref === 'string') return `<${ref}>`
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`
  const [separator, parts] = Array.isArray(join) ? join : []
  return Array.isArray(parts) ? parts.map(written).join(String(separator)) : ''
}
