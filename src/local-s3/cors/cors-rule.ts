/**
 * A bucket's CORS configuration: the rules, and which of them covers a request.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 * @module
 */

export type CorsMethod = 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD'

export interface CorsRule {
  readonly id?: string
  /** Each may hold one `*`, for example `http://localhost:*`. */
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly CorsMethod[]
  /** Of a preflight; each may hold one `*`. */
  readonly allowedHeaders?: readonly string[]
  readonly exposeHeaders?: readonly string[]
  readonly maxAgeSeconds?: number
}

export const CORS_METHODS: readonly CorsMethod[] = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']

/** What a browser asks: before a request (with the headers that it will send) or with it. */
export interface CorsQuestion {
  readonly origin: string
  readonly method: string
  /** Lower case; only in a preflight. */
  readonly requestHeaders?: readonly string[]
}

export interface CorsMatch {
  readonly rule: CorsRule
  /** What goes into `Access-Control-Allow-Origin`. */
  readonly allowOrigin: string
}

const ANYONE = new Set(['null', '*'])

/** What browsers send, and what may go back in a header. */
const PRINTABLE = /^[\x21-\x7e]*$/

/** @returns The first rule that covers the question, as S3 takes them in order. */
export function matchCors(
  rules: readonly CorsRule[],
  { origin, method, requestHeaders = [] }: CorsQuestion,
): CorsMatch | undefined {
  if (![origin, ...requestHeaders].every((each) => PRINTABLE.test(each))) return undefined
  for (const rule of rules) {
    const pattern = rule.allowedOrigins.find((each) => matchesPattern(each, origin))
    if (pattern === undefined || !rule.allowedMethods.some((each) => each === method)) continue
    const allowed = (rule.allowedHeaders ?? []).map((each) => each.toLowerCase())
    const covered = requestHeaders.every((header) =>
      allowed.some((each) => matchesPattern(each, header)),
    )
    if (covered) return { rule, allowOrigin: pattern === '*' ? '*' : origin }
  }
  return undefined
}

/**
 * Returns whether a rule has that very origin in mind.
 *
 * `null` and `*` alone name no site: a frame of any site can have the one, and the other is written where a signature
 * is thought to be protection enough.
 */
export function namesOrigin(rules: readonly CorsRule[], origin: string): boolean {
  return rules.some(({ allowedOrigins }) =>
    allowedOrigins.some((each) => !ANYONE.has(each) && matchesPattern(each, origin)),
  )
}

/** @returns Whether a pattern, which may hold one `*`, fits the whole text. */
export function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const head = pattern.slice(0, star)
  const tail = pattern.slice(star + 1)
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail)
}
