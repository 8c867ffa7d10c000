/**
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 * @module
 */

import { notImplemented } from '../message/not-implemented.ts'
import { malformedPolicy } from './malformed-policy.ts'
import { checkActions } from './policy-actions.ts'
import { isConditionOperator, takesValue } from './policy-condition.ts'
import {
  compactJson,
  hasRepeatedKey,
  isRecord,
  type JsonObject,
  readStrings,
} from './policy-json.ts'
import { readPrincipals } from './policy-principal.ts'
import type { Patterns, PolicyCondition, PolicyStatement } from './policy-statement.ts'

/** In bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const MAX_POLICY = 20 * 1024

/**
 * AWS has no such limit. Here, `DeleteObjects` compares every pattern with every key, and each `?`
 * with every character, before other requests continue.
 */
const MAX_QUESTION_MARKS = 100

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
  const { Version: version, Statement: statement, Id: id, ...rest } = readObject(text)
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformedPolicy('The policy must contain a valid version string')
  }
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw malformedPolicy(`Unknown field ${unknown}`)
  checkString(id)
  if (statement === undefined) throw malformedPolicy('Missing required field Statement')
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement]
  if (list.length === 0) throw malformedPolicy('Could not parse the policy: Statement is empty!')
  return list.map(readStatement)
}

function readObject(text: string): JsonObject {
  if (!text.startsWith('{')) {
    throw malformedPolicy("Policies must be valid JSON and the first byte must be '{'")
  }
  if (Buffer.byteLength(compactJson(text)) > MAX_POLICY) {
    throw malformedPolicy(
      `Normalized policy document exceeds the maximum allowed size of ${MAX_POLICY} bytes`,
    )
  }
  if (text.split('?').length - 1 > MAX_QUESTION_MARKS) {
    throw notImplemented(`more than ${MAX_QUESTION_MARKS} question marks in a bucket policy`)
  }
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw malformedPolicy('This policy contains invalid Json')
  }
  if (!isRecord(document) || hasRepeatedKey(text)) throw malformedPolicy('Invalid policy syntax.')
  return document
}

function checkString(value: unknown): void {
  if (value !== undefined && typeof value !== 'string') {
    throw malformedPolicy('Invalid policy syntax.')
  }
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

function readStatement(value: unknown, index: number): PolicyStatement {
  if (!isRecord(value)) throw malformedPolicy('Invalid policy syntax.')
  const unknown = Object.keys(value).find((name) => !ELEMENTS.has(name))
  if (unknown !== undefined) throw malformedPolicy(`Unknown field ${unknown}`)
  const { Effect: effect, Sid: id } = value
  checkString(id)
  if (effect === undefined) throw malformedPolicy('Missing required field Effect')
  checkString(effect)
  if (effect !== 'Allow' && effect !== 'Deny') throw malformedPolicy(`Invalid effect: ${effect}`)
  const principals = readPatterns(value, 'Principal', readPrincipals)
  if (principals.not && effect === 'Allow') {
    throw malformedPolicy('Allow with NotPrincipal is not allowed.')
  }
  const statement: PolicyStatement = {
    effect,
    principals,
    actions: readPatterns(value, 'Action', readStrings),
    resources: readPatterns(value, 'Resource', readStrings),
    conditions: readConditions(value.Condition),
  }
  checkActions(statement, id ? String(id) : `NO_ID-${index}`)
  return statement
}

function readPatterns(
  statement: JsonObject,
  name: string,
  read: (value: unknown) => readonly string[],
): Patterns {
  const positive = statement[name]
  const negative = statement[`Not${name}`]
  if (positive === undefined && negative === undefined) {
    throw malformedPolicy(`Missing required field ${name}`)
  }
  if (positive !== undefined && negative !== undefined) {
    throw malformedPolicy('Invalid policy syntax.', `both ${name} and Not${name}`)
  }
  const values = read(positive ?? negative)
  if (values.length === 0) throw malformedPolicy(`Missing required field ${name} cannot be empty!`)
  return { not: positive === undefined, values }
}

function readConditions(value: unknown): readonly PolicyCondition[] {
  if (value === undefined) return []
  if (!isRecord(value)) throw malformedPolicy('Invalid policy syntax.')
  return Object.entries(value).flatMap(([operator, tests]) => {
    if (!isConditionOperator(operator)) {
      throw malformedPolicy(`Invalid Condition type : ${operator}`)
    }
    if (!isRecord(tests)) throw malformedPolicy('Invalid policy syntax.')
    return Object.entries(tests).map(([key, given]) => {
      const values = readStrings(given)
      const wrong = values.find((value) => !takesValue(operator, value))
      if (wrong !== undefined) throw malformedPolicy('Invalid IP address in Conditions', wrong)
      return { operator, key, values }
    })
  })
}
