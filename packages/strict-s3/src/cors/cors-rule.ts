/**
 * Checks the CORS rules of a bucket, and finds the rule that allows a request.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 * @module
 */

import { S3Error } from 'waybill-s3'

/** A method that a CORS rule can allow. */
export type CorsMethod = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD'

/** A rule of S3's CORS configuration. */
export interface CorsRule {
  readonly id?: string
  /** Each can contain one `*`, for example `http://localhost:*`. */
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly CorsMethod[]
  /** Request headers to allow in a preflight. Each can contain one `*`. */
  readonly allowedHeaders?: readonly string[]
  readonly exposeHeaders?: readonly string[]
  readonly maxAgeSeconds?: number
}

export const CORS_METHODS: readonly CorsMethod[] = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']

/** The properties of a request that CORS rules decide about, from a preflight or the request. */
export interface CorsQuestion {
  readonly origin: string
  readonly method: string
  /** The headers that the request will have, in lower case. Only set for a preflight. */
  readonly requestHeaders?: readonly string[]
}

/** The rule that allows a request. */
export interface CorsMatch {
  readonly rule: CorsRule
  /** The value of `Access-Control-Allow-Origin`. */
  readonly allowOrigin: string
}

const ANYONE = new Set(['null', '*'])

/** The characters that browsers send in these headers, and that a response header may contain. */
const PRINTABLE = /^[\x21-\x7e]*$/

/** Finds the first rule that allows the request, because S3 tries the rules in order. */
export function matchCors(
  rules: readonly CorsRule[],
  { origin, method, requestHeaders = [] }: CorsQuestion,
): CorsMatch | undefined {
  if (![origin, ...requestHeaders].every((each) => PRINTABLE.test(each))) return undefined
  for (const rule of rules) {
    const pattern = rule.allowedOrigins.find((each) => matchesCorsPattern(each, origin))
    if (pattern === undefined || !rule.allowedMethods.some((each) => each === method)) continue
    const allowed = (rule.allowedHeaders ?? []).map((each) => each.toLowerCase())
    const covered = requestHeaders.every((header) =>
      allowed.some((each) => matchesCorsPattern(each, header)),
    )
    if (covered) return { rule, allowOrigin: pattern === '*' ? '*' : origin }
  }
  return undefined
}

/**
 * Checks whether a rule allows this origin explicitly. `null` and a bare `*` don't count: any site
 * can create a frame with the origin `null`, and `*` is common because it is safe on S3, where
 * requests must be signed with a secret key.
 */
export function namesOrigin(rules: readonly CorsRule[], origin: string): boolean {
  return rules.some(({ allowedOrigins }) =>
    allowedOrigins.some((each) => !ANYONE.has(each) && matchesCorsPattern(each, origin)),
  )
}

/** Checks whether a pattern, which can contain one `*`, matches the whole string. */
export function matchesCorsPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const head = pattern.slice(0, star)
  const tail = pattern.slice(star + 1)
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail)
}

const HEADER_NAME = /^[\w!#$%&'+.^`|~-]+$/

/**
 * Checks CORS rules and returns them.
 *
 * @throws {S3Error} `MalformedXML`, or `InvalidRequest` with S3's message.
 */
export function checkCorsRules(rules: readonly CorsRule[]): readonly CorsRule[] {
  if (rules.length < 1) throw new S3Error('MalformedXML')
  if (rules.length > 100) {
    throw new S3Error(
      'InvalidRequest',
      'The number of CORS rules should not exceed allowed limit of 100 rules.',
    )
  }
  for (const rule of rules) {
    if (rule.allowedOrigins.length < 1 || rule.allowedMethods.length < 1) {
      throw new S3Error('MalformedXML')
    }
    for (const method of rule.allowedMethods) {
      if (!isCorsMethod(method)) {
        throw new S3Error(
          'InvalidRequest',
          `Found unsupported HTTP method in CORS config. Unsupported method is ${String(method)}`,
        )
      }
    }
    checkWildcards('AllowedOrigin', rule.allowedOrigins)
    checkWildcards('AllowedHeader', rule.allowedHeaders ?? [])
    const star = (rule.exposeHeaders ?? []).find((each) => each.includes('*'))
    if (star !== undefined) {
      throw new S3Error(
        'InvalidRequest',
        `ExposeHeader "${star}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
      )
    }
    const unsendable = (rule.exposeHeaders ?? []).find((each) => !HEADER_NAME.test(each))
    if (unsendable !== undefined) {
      throw new S3Error(
        'InvalidRequest',
        `ExposeHeader "${unsendable}" is not the name of a header.`,
      )
    }
  }
  return rules
}

function checkWildcards(name: string, patterns: readonly string[]): void {
  const wrong = patterns.find((each) => each.split('*').length > 2)
  if (wrong === undefined) return
  throw new S3Error('InvalidRequest', `${name} "${wrong}" can not have more than one wildcard.`)
}

export function isCorsMethod(text: string): text is CorsMethod {
  return CORS_METHODS.some((each) => each === text)
}
