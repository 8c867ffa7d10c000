/**
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { notImplemented } from '../message/not-implemented.ts'
import { isConditionOperator, takesValue } from './policy-condition.ts'

export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny'
  readonly principals: Patterns
  readonly actions: Patterns
  readonly resources: Patterns
  readonly conditions: readonly PolicyCondition[]
}

export interface Patterns {
  /** Whether this is the negated element, such as `NotAction`. */
  readonly not: boolean
  /** Patterns can contain `*` and `?`. */
  readonly values: readonly string[]
}

export interface PolicyCondition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

const parsed = new Map<string, readonly PolicyStatement[]>()

/**
 * Caches recent results, because every request to the bucket needs the parsed policy.
 *
 * @throws {S3Error} `MalformedPolicy`
 */
export function parseBucketPolicy(text: string): readonly PolicyStatement[] {
  const kept = parsed.get(text)
  if (kept) return kept
  const statements = readStatements(text)
  if (parsed.size >= 64) parsed.clear()
  parsed.set(text, statements)
  return statements
}

function readStatements(text: string): readonly PolicyStatement[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw malformed('Policies must be valid JSON and the first byte must be "{"')
  }
  if (!isRecord(document))
    throw malformed('Policies must be valid JSON and the first byte must be "{"')
  const { Version: version, Statement: statement, Id: _, ...rest } = document
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformed('The policy must contain a valid version string')
  }
  if (Object.keys(rest).length > 0) throw malformed(`Unknown field ${Object.keys(rest)[0]}`)
  const list = Array.isArray(statement) ? statement : [statement]
  if (statement === undefined || list.length === 0)
    throw malformed('Missing required field Statement')
  return list.map(readStatement)
}

const ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

function readStatement(value: unknown): PolicyStatement {
  if (!isRecord(value)) throw malformed('Invalid policy syntax.')
  const unknown = Object.keys(value).find((name) => !ELEMENTS.has(name))
  if (unknown !== undefined) throw malformed(`Unknown field ${unknown}`)
  const { Effect: effect } = value
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`Invalid effect: ${String(effect)}`)
  return {
    effect,
    principals: readPatterns(value, 'Principal', readPrincipal),
    actions: readPatterns(value, 'Action', readTexts),
    resources: readPatterns(value, 'Resource', readTexts),
    conditions: readConditions(value.Condition),
  }
}

function readPatterns(
  statement: Readonly<Record<string, unknown>>,
  name: string,
  read: (value: unknown) => readonly string[],
): Patterns {
  const positive = statement[name]
  const negative = statement[`Not${name}`]
  if ((positive === undefined) === (negative === undefined)) {
    throw malformed(`Missing required field ${name}`)
  }
  const values = read(positive ?? negative)
  if (values.length === 0) throw malformed(`Policy has an empty ${name}`)
  return { not: positive === undefined, values }
}

/**
 * An account number is shorthand for the account's root principal. Callers have ARNs of the partition
 * `aws`, whatever the region.
 */
function readPrincipal(value: unknown): readonly string[] {
  if (value === '*') return ['*']
  if (!isRecord(value)) throw malformed('Invalid principal in policy')
  return Object.entries(value).flatMap(([kind, names]) => {
    if (!['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(kind)) {
      throw malformed('Invalid principal in policy')
    }
    return readTexts(names).map((name) =>
      /^\d{12}$/.test(name)
        ? `arn:aws:iam::${name}:root`
        : name.replace(/^arn:aws-(?:cn|us-gov):/, 'arn:aws:'),
    )
  })
}

function readConditions(value: unknown): readonly PolicyCondition[] {
  if (value === undefined) return []
  if (!isRecord(value)) throw malformed('Invalid Condition')
  return Object.entries(value).flatMap(([operator, tests]) => {
    if (!isConditionOperator(operator)) throw malformed(`Invalid Condition type : ${operator}`)
    if (!isRecord(tests)) throw malformed('Invalid Condition')
    return Object.entries(tests).map(([key, given]) => {
      const values = readTexts(given)
      const wrong = values.find((value) => !takesValue(operator, value))
      if (wrong !== undefined) throw malformed(`Invalid value '${wrong}' of ${operator}`)
      return { operator, key, values }
    })
  })
}

function readTexts(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value]
  return list.map((each) => {
    // If policy variables were treated as plain text, they would match nothing or too much.
    if (typeof each === 'string' && each.includes('${')) {
      throw notImplemented(`policy variables: ${each}`)
    }
    if (typeof each === 'string') return each
    if (typeof each === 'number' || typeof each === 'boolean') return String(each)
    throw malformed('Invalid policy syntax.')
  })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(message: string): S3Error {
  return new S3Error('MalformedPolicy', message, {}, 400)
}
