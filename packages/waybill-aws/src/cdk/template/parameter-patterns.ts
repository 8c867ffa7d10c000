/**
 * Defines which values a template's parameters accept. CloudFormation checks them before it changes
 * anything. A pattern must match the whole value or, for a list, each of its values.
 *
 * The patterns have the same meaning in Java (which CloudFormation uses), JavaScript and Python.
 *
 * @see
 *   https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 *
 * @module
 */

import type { TemplateFeatures } from './template-features.ts'

export const PATTERNS = {
  origin: '^https?://[a-z0-9.-]+(:[0-9]{1,5})?$',
  prefix: '^(?!\\.{1,2}/)(?!.*/\\.{1,2}/)([A-Za-z0-9_.-]+/)+$',
  issuer: '^https://[^#\\s]+$',
  optionalAddress: '^(https://\\S+)?$',
  bucket: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
  namePrefix: '^[a-z0-9][a-z0-9-]{0,35}$',
  folder: '^(\\S*/)?$',
  keyArn: '^arn:[a-z0-9-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$',
  topicArn: '^arn:[a-z0-9-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+(\\.fifo)?$',
  // Web ACLs for CloudFront are always in us-east-1.
  webAclArn: '^arn:[a-z0-9-]+:wafv2:us-east-1:[0-9]{12}:global/webacl/[A-Za-z0-9_-]+/[a-f0-9-]+$',
  domain: '^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$',
  // CloudFront accepts only certificates in us-east-1.
  certificateArn: '^arn:[a-z0-9-]+:acm:us-east-1:[0-9]{12}:certificate/[A-Za-z0-9-]+$',
} as const

type RuleFeatures = Pick<TemplateFeatures, 'read' | 'remove' | 'claims' | 'quota'>

/**
 * Rejects rule properties for which the template has no permissions. Without the permissions, S3
 * would return an error when the first file is read, removed or stored.
 */
export function rulesPattern({ read, remove, claims, quota }: RuleFeatures): string {
  const refused = [
    ...(read ? [] : [`"read"\\s*:\\s*(true|")`]),
    ...(remove ? [] : [`"remove"\\s*:\\s*(true|")`]),
    // Also match the first property, because a rule can be named `quota`.
    ...(quota ? [] : [`"quota"\\s*:\\s*\\{\\s*"(files|size|every)"`]),
    claims.length === 0 ? `"claim"\\s*:\\s*"` : `"claim"\\s*:\\s*"(?!(${claims.join('|')}) days?")`,
  ]
  return `^${refused.map((member) => `(?![\\s\\S]*${member})`).join('')}\\s*\\{[\\s\\S]*\\}\\s*$`
}

export function rulesAccepted({ read, remove, claims, quota }: RuleFeatures): string {
  const missing = [
    ...(read ? [] : ['read']),
    ...(remove ? [] : ['remove']),
    ...(claims.length === 0 ? ['claim'] : []),
    ...(quota ? [] : ['quota']),
  ]
  const without = missing.length === 0 ? '' : ` without ${missing.join(', ')}`
  const days = claims.length === 0 ? '' : `, with claim of ${claims.join(' or ')} days`
  return `a JSON object of upload rules by name${without}${days}; this template grants permissions for nothing else`
}
