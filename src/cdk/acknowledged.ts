/**
 * Findings of cdk-nag that these constructs answer for, so that an application which runs its AwsSolutions pack need
 * not: each with the reason, at the one resource that it is about.
 *
 * @module
 */

import { Stack, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'

/** @param finding - cdk-nag's rule, with what it found in brackets where it finds several. */
export function acknowledge(construct: IConstruct, finding: string, reason: string): void {
  try {
    Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-${finding}`, reason })
  } catch (error) {
    // CDK of the first half of 2026 takes no rule with `::` in it. There the finding stays one, where cdk-nag runs.
    if (!finding.includes('::')) throw error
  }
}

/** A role whose statement covers every object under a prefix, which cannot be said without a wildcard. */
export function acknowledgeObjects(construct: IConstruct, objectsArn: string): void {
  acknowledge(
    construct,
    `IAM5[Resource::${written(Stack.of(construct).resolve(objectsArn))}]`,
    'Object keys are chosen when uploads are signed, so the resource is every key under the prefix; the actions are listed one by one.',
  )
}

/** A CloudFormation expression in cdk-nag's spelling: `<LogicalId.Arn>/uploads/*`. */
function written(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>
  if (typeof ref === 'string') return `<${ref}>`
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`
  const [separator, parts] = Array.isArray(join) ? join : []
  return Array.isArray(parts) ? parts.map(written).join(String(separator)) : ''
}
