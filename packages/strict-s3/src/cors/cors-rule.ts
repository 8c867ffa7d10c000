/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 * @module
 */

import { S3Error } from 'waybill-s3'

/** A method that a CORS rule can allow. */
export type CorsMethod = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD'

/** A rule of a bucket's CORS configuration. */
export interface CorsRule {
  readonly id?: string
  /** Each origin can contain one `*`, for example `http://localhost:*`. */
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly CorsMethod[]
  /** Request headers to allow in preflights. Each name can contain one `*`. */
  readonly allowedHeaders?: readonly string[]
  readonly exposeHeaders?: readonly string[]
  readonly maxAgeSeconds?: number
}

export const CORS_METHODS: readonly CorsMethod[] = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']

export interface CorsQuestion {
  readonly origin: string
  readonly method: string
  /** In lower case. Only set for a preflight. */
  readonly requestHeaders?: readonly string[]
}

export interface CorsMatch {
  readonly rule: CorsRule
  readonly allowOrigin: string
}

const ANYONE = new Set(['null', '*'])

/** Browsers send no other characters in these headers, and the response may repeat them. */
const PRINTABLE = /^[\x21-\x7e]*$/

/** S3 uses the first rule that allows the request. */
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
 * @param byName - Whether the rule must name the origin: `null` and a bare `*` don't count. Any site
 *   can create a frame with the origin `null`. `*` is common because it is safe on S3, where requests
 *   must be signed with a secret key.
 */
export function allowsOrigin(rules: readonly CorsRule[], origin: string, byName: boolean): boolean {
  return rules.some(({ allowedOrigins }) =>
    allowedOrigins.some(
      (each) => !(byName && ANYONE.has(each)) && matchesCorsPattern(each, origin),
    ),
  )
}

/**
 * The pattern can contain one `*`, and must match the whole string. No origin contains an `@`, so
 * that `http://localhost:*` does not match `http://localhost:1@evil.example`.
 */
export function matchesCorsPattern(pattern: string, text: string): boolean {
  if (text.includes('@') && pattern !== '*') return false
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const head = pattern.slice(0, star)
  const tail = pattern.slice(star + 1)
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail)
}

const HEADER_NAME = /^[\w!#$%&'+.^`|~-]+$/

/** @throws {S3Error} `MalformedXML`, or `InvalidRequest` with S3's message. */
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
