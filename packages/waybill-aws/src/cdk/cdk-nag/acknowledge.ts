/**
 * Acknowledges cdk-nag findings, each with its reason and on the one resource it concerns.
 * Applications that run the AwsSolutions pack need not do so themselves.
 *
 * @module
 */

import { Stack, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/**
 * Acknowledges one finding on a construct.
 *
 * @param finding - The cdk-nag rule, followed by the detail in brackets if the rule reports
 *   several.
 */
export function acknowledge(construct: IConstruct, finding: string, reason: string): void {
  try {
    Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-${finding}`, reason })
  } catch (error) {
    // CDK versions from the first half of 2026 reject rules with `::`. With these, cdk-nag still
    // reports the finding.
    if (!finding.includes('::')) throw error
  }
}

/**
 * Acknowledges a role whose statement covers every object under a prefix, which requires a
 * wildcard.
 */
export function acknowledgeObjects(construct: IConstruct, objectsArn: string): void {
  acknowledge(
    construct,
    `IAM5[Resource::${written(Stack.of(construct).resolve(objectsArn))}]`,
    'Object keys are chosen when uploads are signed, so the resource is every key under the prefix; the actions are listed one by one.',
  )
}

/** Writes a CloudFormation expression like cdk-nag: `<LogicalId.Arn>/uploads/*`. */
function written(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>
  if (typeof ref === 'string') return `<${ref}>`
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`
  const [separator, parts] = Array.isArray(join) ? join : []
  return Array.isArray(parts) ? parts.map(written).join(String(separator)) : ''
}
