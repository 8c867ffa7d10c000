/**
 * The checks of CORS rules.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { CORS_METHODS, type CorsMethod, type CorsRule } from './cors-rule.ts'

const HEADER_NAME = /^[\w!#$%&'+.^`|~-]+$/

/**
 * Checks CORS rules and returns them.
 *
 * @throws {S3Error} `MalformedXML`, or `InvalidRequest` with the message of S3.
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

/** Tells whether a CORS rule may allow a method. */
export function isCorsMethod(text: string): text is CorsMethod {
  return CORS_METHODS.some((each) => each === text)
}
