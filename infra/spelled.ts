/**
 * Formats CloudFormation expressions like cdk-nag's findings.
 *
 * @module
 */

/** Formats a resolved expression: `{ 'Fn::GetAtt': ['Page', 'Arn'] }` becomes `<Page.Arn>`. */
export function spelled(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  const expression = value as Record<string, unknown>
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub } = expression
  if (typeof ref === 'string') return `<${ref}>`
  if (typeof sub === 'string') return sub.replaceAll(/\$\{([^}]+)\}/g, '<$1>')
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`
  const [separator, parts] = Array.isArray(join) ? join : []
  return Array.isArray(parts) ? parts.map(spelled).join(String(separator)) : ''
}
