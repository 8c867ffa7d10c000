/**
 * The CORS rules of a bucket, and which of them allows a request.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 * @module
 */

/** A method that a CORS rule may allow. */
export type CorsMethod = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD'

/** A CORS rule, as in S3's CORS configuration. */
export interface CorsRule {
  readonly id?: string
  /** Each may have one `*`, for example `http://localhost:*`. */
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly CorsMethod[]
  /** Request headers that a preflight may ask for; each may have one `*`. */
  readonly allowedHeaders?: readonly string[]
  readonly exposeHeaders?: readonly string[]
  readonly maxAgeSeconds?: number
}

/** All methods that a CORS rule may allow. */
export const CORS_METHODS: readonly CorsMethod[] = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']

/** What a browser asks: in a preflight (with the headers that it will send) or with the request. */
export interface CorsQuestion {
  readonly origin: string
  readonly method: string
  /** In lower case; only in a preflight. */
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

/** Finds the first rule that allows the request; S3 tries them in order. */
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
 * Tells whether a rule names this origin.
 *
 * `null` and `*` alone do not name it: a frame of any site can have the origin `null`, and `*` is
 * often used because requests must be signed anyway.
 */
export function namesOrigin(rules: readonly CorsRule[], origin: string): boolean {
  return rules.some(({ allowedOrigins }) =>
    allowedOrigins.some((each) => !ANYONE.has(each) && matchesCorsPattern(each, origin)),
  )
}

/** Tells whether a pattern, which may have one `*`, matches the whole text. */
export function matchesCorsPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const head = pattern.slice(0, star)
  const tail = pattern.slice(star + 1)
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail)
}
