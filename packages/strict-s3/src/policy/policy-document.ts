/**
 * Reads bucket policies, and checks them as S3 does.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { MORE_LIMITS } from 'waybill-s3/internal/multipart-limits'
import { ACCOUNT_ID, OWNER_ID } from '../message/account.ts'
import { notImplemented, withReason } from '../message/refusal.ts'
import { ACTIONS, CONDITION_KEYS } from './policy-actions.ts'
import { isConditionOperator, matchesPolicyPattern, takesValue } from './policy-condition.ts'

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

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html */
const MAX_POLICY = MORE_LIMITS.maxBucketPolicySize

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

const ACTIONS_BY_KEY = new Map(
  [...CONDITION_KEYS].map(([key, actions]) => [key.toLowerCase(), actions]),
)

/**
 * Checks that the statement's actions and condition keys exist, and that each action applies to one of
 * the resources and supports all the keys. AWS does not document how it treats a pattern such as
 * `s3:Put*`. Here, each check passes if one of the matching actions passes it.
 *
 * @param label - The statement's `Sid`, or `NO_ID-` and its index.
 * @throws {S3Error} `MalformedPolicy`
 */
function checkActions({ actions, resources, conditions }: PolicyStatement, label: string): void {
  const keys = conditions.map(({ key }) => ({ key, actions: actionsOf(key) }))
  const kinds = resources.values.map((each) => (each.includes('/') ? 'object' : 'bucket'))
  for (const pattern of actions.values) {
    const matching = ACTIONS.filter(({ name }) => isMatched(pattern, name))
    if (matching.length === 0) throw malformedPolicy('Policy has invalid action', pattern)
    if (actions.not) continue
    const place = `Action "${pattern}" in Statement "${label}"`
    const applying = matching.filter(({ on }) => resources.not || kinds.includes(on))
    if (applying.length === 0) {
      throw malformedPolicy('Action does not apply to any resource(s) in statement', place)
    }
    const unsupported = keys.find(
      (each) => !applying.some(({ name }) => each.actions?.includes(name) ?? true),
    )
    if (unsupported) {
      throw malformedPolicy(
        'Conditions do not apply to combination of actions and resources in statement',
        `Condition "${unsupported.key}" and ${place}`,
      )
    }
  }
}

function isMatched(pattern: string, name: string): boolean {
  return matchesPolicyPattern(pattern.toLowerCase(), `s3:${name}`.toLowerCase())
}

/**
 * Other services' keys, such as `aws:SourceIp`, are not checked.
 *
 * @returns `undefined` if all actions support the key.
 */
function actionsOf(key: string): readonly string[] | undefined {
  const name = key.toLowerCase().replace(/\/.*/s, '/')
  const isKnown = name.startsWith('s3:') ? ACTIONS_BY_KEY.has(name) : /^[\w-]+:./.test(name)
  if (!isKnown) throw malformedPolicy('Policy has an invalid condition key', key)
  return ACTIONS_BY_KEY.get(name)
}

/**
 * An account, a user, a role or a session. AWS also checks that it exists. `*` is allowed only on its
 * own.
 */
const AWS_PRINCIPAL =
  /^(?:\*|\d{12}|arn:aws(?:-cn|-us-gov)?:(?:iam::(?:\d{12}:(?:root|(?:user|role)\/[^*?]+)|cloudfront:user\/[^*?]+)|sts::\d{12}:(?:assumed-role\/[^*?/]+|federated-user)\/[^*?/]+))$/

const KINDS: ReadonlyMap<string, RegExp> = new Map([
  ['AWS', AWS_PRINCIPAL],
  ['CanonicalUser', /^[\da-f]{64}$/],
  ['Federated', /^[^*?]+$/],
  ['Service', /^[\w-]+(?:\.[\w-]+)+$/],
])

/**
 * An account id becomes the ARN of the account's root principal. Every partition becomes `aws`, which
 * callers' ARNs have in every region.
 *
 * @throws {S3Error} `MalformedPolicy`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html#s3-bucket-user-policy-specifying-principal-intro
 */
function readPrincipals(value: unknown): readonly string[] {
  if (value === '*') return ['*']
  // AWS rejects any other string as a syntax error, even an ARN.
  if (!isRecord(value)) throw malformedPolicy('Invalid policy syntax.')
  return Object.entries(value).flatMap(([kind, names]) =>
    readStrings(names).map((name) => {
      if (!KINDS.get(kind)?.test(name)) {
        throw malformedPolicy('Invalid principal in policy', `"${kind}" : "${name}"`)
      }
      if (/^\d{12}$/.test(name)) return rootOf(name)
      if (kind === 'CanonicalUser' && name === OWNER_ID) return rootOf(ACCOUNT_ID)
      return name.replace(/^arn:aws-(?:cn|us-gov):/, 'arn:aws:')
    }),
  )
}

function rootOf(account: string): string {
  return `arn:aws:iam::${account}:root`
}

type JsonObject = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads a string or a list of strings. Numbers and booleans are converted. */
function readStrings(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value]
  return list.map((each) => {
    // If policy variables were treated as plain text, they would match nothing or too much.
    if (typeof each === 'string' && each.includes('${')) {
      throw notImplemented(`policy variables: ${each}`)
    }
    if (typeof each === 'string') return each
    if (typeof each === 'number' || typeof each === 'boolean') return String(each)
    throw malformedPolicy('Invalid policy syntax.')
  })
}

/** The policy grammar allows each key only once. `JSON.parse` would keep the last one. */
function hasRepeatedKey(text: string): boolean {
  const open: Set<unknown>[] = []
  for (const [token, name, colon] of text.matchAll(/[{}]|("(?:[^"\\]|\\.)*")(\s*:)?/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (name !== undefined && colon !== undefined) {
      const key: unknown = JSON.parse(name)
      if (open.at(-1)?.has(key)) return true
      open.at(-1)?.add(key)
    }
  }
  return false
}

/** Removes white space between tokens. `text` can be invalid JSON. */
function compactJson(text: string): string {
  // The closing quote is optional. Otherwise, unterminated strings would take quadratic time.
  return text.replace(/("(?:[^"\\]|\\.)*"?)|\s+/g, '$1')
}

/** @param detail - The part of the policy that is wrong, such as an action. */
export function malformedPolicy(message: string, detail?: string): S3Error {
  if (detail === undefined) return new S3Error('MalformedPolicy', message, {}, 400)
  return withReason(new S3Error('MalformedPolicy', message, { Detail: detail }, 400), detail)
}
