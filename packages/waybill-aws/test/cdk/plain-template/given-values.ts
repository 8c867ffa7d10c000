/**
 * A template with values in place of its parameters, so that it can be compared with what CDK writes for the same props.
 *
 * @module
 */

type Values = Readonly<Record<string, string | readonly string[]>>

/** Puts values in place of parameters, and joins texts that stand beside each other. */
export function withValues(value: unknown, values: Values): unknown {
  if (Array.isArray(value)) return value.flatMap((each) => withValues(each, values))
  if (typeof value !== 'object' || value === null) return value
  const { Ref: ref, 'Fn::Join': join, 'Fn::Sub': text } = value as Record<string, unknown>
  if (typeof text === 'string') return withValues(asJoin(text), values)
  if (typeof ref === 'string' && Object.hasOwn(values, ref)) return values[ref]
  if (Array.isArray(join)) {
    const [separator, parts] = join
    return joined(String(separator), [withValues(parts, values)].flat())
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withValues(each, values)]),
  )
}

/** A template that would be too long has `Fn::Sub` instead of `Fn::Join`. */
function asJoin(text: string): object {
  const parts = text.split(/\$\{([^!}]+)\}/).map((part, at) => {
    if (at % 2 === 0) return part.replaceAll('${!', '${')
    const [name, attribute] = part.split('.')
    return attribute ? { 'Fn::GetAtt': [name, attribute] } : { Ref: part }
  })
  return { 'Fn::Join': ['', parts.filter((part) => part !== '')] }
}

function joined(separator: string, parts: readonly unknown[]): unknown {
  const merged: unknown[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    if (typeof part === 'string' && typeof last === 'string') {
      merged[merged.length - 1] = `${last}${separator}${part}`
    } else merged.push(part)
  }
  const [first] = merged
  return merged.length === 1 && typeof first === 'string'
    ? first
    : { 'Fn::Join': [separator, merged] }
}
