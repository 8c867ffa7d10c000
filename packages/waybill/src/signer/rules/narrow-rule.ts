/**
 * Narrows a rule for one caller, by the limits that `authorize` returns as `only`. The signer loads
 * this file on demand.
 *
 * @module
 */

import { InvalidReturn } from '../../events/ask-application.ts'
import {
  BACKEND,
  type PublicAuthorization,
  type SignerRequest,
} from '../../protocol/authorization.ts'
import { allowsContentType } from '../../protocol/content-type.ts'
import { show } from '../../protocol/json-value.ts'
import type { FileDescription } from '../../protocol/messages.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import { type CheckedLimits, readLimits } from '../../protocol/upload-limits.ts'
import type { RuleCall } from './rule-functions.ts'
import type { SignerRule } from './signer-rule.ts'

/** The calls that a backend may make. Everything else is for pages. */
const BACKEND_PATHS = ['/verdict', '/link', '/remove', '/claim']

/**
 * @throws {UploadError} `UNAUTHENTICATED` if the caller's limits are invalid, which `onError` learns
 *   too; `FORBIDDEN` if they do not name the rule, or if the call is not for backends.
 */
export function checkCaller(
  { onError }: RuleCall,
  { name }: SignerRule,
  { path }: SignerRequest,
  authorization: PublicAuthorization,
): void {
  if (BACKEND in authorization && !BACKEND_PATHS.includes(path)) {
    throw new UploadError(
      'FORBIDDEN',
      `a token whose scope is "backend" is only for ${BACKEND_PATHS.join(', ')}`,
    )
  }
  const { only = [] } = authorization
  for (const { rules } of limitsOf(name, only, onError)) {
    if (!rules || rules.includes(name)) continue
    throw forbidden(name, `name only ${rules.join(', ') || 'no rule'} (rules)`)
  }
}

/**
 * S3 cannot check the SHA-256 of a larger file, which it puts together from parts. Not taken from
 * `LIMITS`: the import would change which code the signer's Lambda loads first.
 */
const MAX_SINGLE_UPLOAD_SIZE = 5 * 1024 ** 3

export interface Store {
  /** Whether it can check a SHA-256. */
  readonly additionalChecksums: boolean
}

/**
 * @param only - Has passed `checkCaller`.
 * @throws {UploadError} `FORBIDDEN` if no file could pass the rule and the limits, or if the store
 *   cannot check what they require.
 */
export function narrowRule(store: Store, rule: SignerRule, only: unknown): SignerRule {
  return limitsOf(rule.name, only).reduce(
    (narrow, limits) => narrowedBy(store, narrow, limits),
    rule,
  )
}

function limitsOf(
  name: string,
  only: unknown,
  onError: (error: unknown) => void = () => {},
): readonly CheckedLimits[] {
  const at = `rules.${name}.authorize returned only`
  try {
    if (!Array.isArray(only)) return [readLimits(only, at)]
    return only.map((limits, index) => readLimits(limits, `${at}[${index}]`))
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    onError(new InvalidReturn(error.message))
    throw new UploadError('UNAUTHENTICATED', error.message)
  }
}

function narrowedBy(
  { additionalChecksums }: Store,
  rule: SignerRule,
  limits: CheckedLimits,
): SignerRule {
  const { name, form, only } = rule
  const { min } = rule.size
  const most = limits.sha256 === undefined ? rule.size.max : MAX_SINGLE_UPLOAD_SIZE
  const max = Math.min(rule.size.max, limits.maxSize ?? most, most)
  if (max < min) throw forbidden(name, `allow ${max} bytes (maxSize), but the rule wants ${min}`)
  const covers = (allowed: readonly string[], type: string) =>
    type.endsWith('/*')
      ? allowed.includes(type) || allowed.includes('*/*')
      : allowsContentType(allowed, type)
  const { types: others = rule.types } = limits
  // A file's type is allowed by this list exactly if it is allowed by both.
  const types = [
    ...rule.types.filter((type) => covers(others, type)),
    ...others.filter((type) => !rule.types.includes(type) && covers(rule.types, type)),
  ]
  if (types.length === 0) throw forbidden(name, "allow none of the rule's types (types)")
  if (limits.sha256 !== undefined && !additionalChecksums) {
    throw forbidden(name, 'name a sha256, which this store cannot check (additionalChecksums)')
  }
  return {
    ...rule,
    types,
    size: { min, max },
    ...(form ? { form: { min, max: Math.min(max, form.max) } } : {}),
    only: {
      ...only,
      ...limits,
      keyPrefix: `${only?.keyPrefix ?? ''}${limits.keyPrefix ?? ''}`,
      accept: (file) => accepted(limits, only?.accept(file) ?? file),
    },
  }
}

/** Returns the file with the SHA-256 that the limits require. */
function accepted({ name, sha256 }: CheckedLimits, file: FileDescription): FileDescription {
  for (const [member, given, expected] of [
    ['name', file.name, name],
    ['sha256', file.sha256 ?? sha256, sha256],
  ]) {
    if (expected === undefined || given === expected) continue
    throw new UploadError(
      'FILE_REFUSED',
      `${member} is ${show(given)}, this caller may upload only the file with ${show(expected)}`,
    )
  }
  return sha256 === undefined ? file : { ...file, sha256 }
}

function forbidden(rule: string, why: string): UploadError {
  return new UploadError('FORBIDDEN', `rule '${rule}' is not for this caller, whose limits ${why}`)
}
