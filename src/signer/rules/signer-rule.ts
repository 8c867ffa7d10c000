/**
 * Upload rules as the signer uses them: checked once when it is created, sizes in bytes, defaults filled in.
 *
 * @module
 */

import {
  type AcceptedFile,
  type CompletedUpload,
  isContentType,
  type PublicAuthorization,
  parseSize,
  type SignerRequest,
  type UploadRule,
  type UploadRules,
} from '../../protocol/index.ts'
import {
  LIMITS,
  MAX_EXPIRES_IN_SECONDS,
  MAX_SINGLE_UPLOAD_SIZE,
  type SizeRange,
} from '../../s3/index.ts'
import { checkedAuthorize, type SignersPart } from './checked-authorize.ts'

export interface SignerRule {
  readonly name: string
  readonly types: readonly string[]
  /** Bytes that a file may have. */
  readonly size: SizeRange
  readonly expiresInSeconds: number
  /** Bytes that a form may carry whose client does not say its size; missing where the rule signs no forms. */
  readonly form?: SizeRange
  readonly requireSha256: boolean
  /** Throws `UNAUTHENTICATED`, or what the application's `authorize` throws. */
  authorize(request: SignerRequest): Promise<PublicAuthorization>
  key(file: AcceptedFile<PublicAuthorization>): string
  onComplete(upload: CompletedUpload<PublicAuthorization>): unknown
}

/**
 * @throws {TypeError | RangeError} Naming the option, when a rule says what cannot be.
 */
export function readRules(
  rules: UploadRules,
  signers: SignersPart,
): ReadonlyMap<string, SignerRule> {
  if (typeof rules !== 'object' || rules === null) {
    throw new TypeError(`rules is ${String(rules)}, expected an object of rules by name`)
  }
  const read = new Map<string, SignerRule>()
  for (const [name, rule] of Object.entries(rules)) {
    if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) {
      throw new TypeError(
        `rules has the name '${name}', expected 1 to 32 lower-case letters, digits or '-'`,
      )
    }
    read.set(name, readRule(name, rule, signers))
  }
  if (read.size === 0) throw new TypeError('rules is empty, expected at least one rule')
  return read
}

const MEMBERS = {
  types: true,
  maxSize: true,
  minSize: true,
  authorize: true,
  public: true,
  key: true,
  expiresInSeconds: true,
  form: true,
  requireSha256: true,
  onComplete: true,
} satisfies Record<keyof UploadRule, true>

/** A misspelt member would be ignored in silence, a `requireSHA256` for example. */
function checkMembers(at: string, rule: UploadRule): void {
  const unknown = Object.keys(rule).find((member) => !Object.hasOwn(MEMBERS, member))
  if (unknown === undefined) return
  throw new TypeError(`${at} has '${unknown}', expected only ${Object.keys(MEMBERS).join(', ')}`)
}

function readRule(name: string, rule: UploadRule, signers: SignersPart): SignerRule {
  const at = `rules.${name}`
  checkMembers(at, rule)
  const expiresInSeconds = rule.expiresInSeconds ?? 300
  if (
    !Number.isInteger(expiresInSeconds) ||
    expiresInSeconds < 1 ||
    expiresInSeconds > MAX_EXPIRES_IN_SECONDS
  ) {
    throw new RangeError(
      `${at}.expiresInSeconds is ${expiresInSeconds}, expected 1 to ${MAX_EXPIRES_IN_SECONDS}`,
    )
  }
  const size = readSizes(at, rule)
  const form = readForm(at, rule, size)
  return {
    name,
    types: readTypes(at, rule.types),
    size,
    expiresInSeconds,
    ...(form ? { form } : {}),
    requireSha256: rule.requireSha256 ?? false,
    authorize: checkedAuthorize(at, rule, signers),
    key: (file) => (rule.key ? rule.key(file) : `${file.id}/${file.name}`),
    onComplete: (upload) => rule.onComplete?.(upload),
  }
}

function readTypes(at: string, types: readonly string[]): readonly string[] {
  // Rules are also written in files that no type checker has seen.
  if (!Array.isArray(types)) {
    throw new TypeError(`${at}.types is ${typeof types}, expected a list of content types`)
  }
  if (types.length === 0) throw new TypeError(`${at}.types is empty, expected content types`)
  for (const type of types) {
    const known = type === '*/*' || isContentType(String(type).replace(/\/\*$/, '/x'))
    if (!known) {
      throw new TypeError(`${at}.types has '${type}', expected such as 'video/mp4' or 'image/*'`)
    }
  }
  return [...types]
}

function readSizes(at: string, { minSize = 0, maxSize }: UploadRule): SizeRange {
  const min = parseSize(minSize, `${at}.minSize`)
  const max = parseSize(maxSize, `${at}.maxSize`)
  if (max > LIMITS.maxObjectSize) {
    throw new RangeError(
      `${at}.maxSize is ${max} bytes, S3 takes objects of at most ${LIMITS.maxObjectSize}`,
    )
  }
  if (min > max) throw new RangeError(`${at}.minSize is ${min} bytes, more than maxSize ${max}`)
  return { min, max }
}

function readForm(
  at: string,
  { form = false }: UploadRule,
  size: SizeRange,
): SizeRange | undefined {
  if (form === false) return undefined
  const max = form === true ? size.max : parseSize(form, `${at}.form`)
  if (max < size.min || max > size.max) {
    throw new RangeError(`${at}.form is ${max} bytes, the rule allows ${size.min} to ${size.max}`)
  }
  return { min: size.min, max: Math.min(max, MAX_SINGLE_UPLOAD_SIZE) }
}
