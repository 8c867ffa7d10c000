/**
 * Upload rules after validation, with sizes in bytes and defaults filled in.
 *
 * @module
 */

import type { SizeRange } from 'waybill-s3'
import { MAX_SINGLE_UPLOAD_SIZE } from 'waybill-s3/internal/multipart-limits'
import { type AskApplication, MAX_COMPLETE_MS } from '../../events/ask-application.ts'
import type { PublicAuthorization, SignerRequest } from '../../protocol/authorization.ts'
import {
  type CheckedRule,
  checkRules,
  DECLARED,
  type Permission,
} from '../../protocol/check-rules.ts'
import { parseDays } from '../../protocol/claim.ts'
import type { FileDescription } from '../../protocol/messages.ts'
import type { CheckedLimits } from '../../protocol/upload-limits.ts'
import type {
  AcceptedFile,
  CompletedUpload,
  UploadRule,
  UploadRules,
} from '../../protocol/upload-rule.ts'
import type { QuotaStore, RuleQuota } from '../quota/quota-store.ts'
import { ruleQuota } from '../quota/rule-quota.ts'
import {
  type AcceptFile,
  checkedAccept,
  checkedAuthorize,
  type RuleCall,
  type SignersPart,
} from './rule-functions.ts'

export interface FileLimits extends Pick<CheckedLimits, 'keyPrefix' | 'sha256' | 'name'> {
  /**
   * Returns the file with the required SHA-256, if there is one.
   *
   * @throws {UploadError} `FILE_REFUSED`
   */
  accept(file: FileDescription): FileDescription
}

export interface SignerRule {
  readonly name: string
  readonly types: readonly string[]
  /** In bytes. */
  readonly size: SizeRange
  readonly expiresInSeconds: number
  /**
   * Allowed sizes in bytes for a form that is signed without a size. Missing if the rule signs no
   * forms.
   */
  readonly form?: SizeRange
  readonly requireSha256: boolean
  readonly read: Permission
  readonly remove: Permission
  /** Days after which an unclaimed object expires. Missing if objects do not expire. */
  readonly claimDays?: number
  readonly quota?: RuleQuota
  /** What the caller's limits say about the file itself. Only in a narrowed rule. */
  readonly only?: FileLimits
  /** @throws {UploadError} `UNAUTHENTICATED`, or whatever the application's `authorize` throws. */
  authorize(request: SignerRequest, call: RuleCall): Promise<PublicAuthorization>
  /** @throws {UploadError} `FILE_REFUSED`, or whatever the application's `accept` throws. */
  readonly accept: AcceptFile
  key(file: AcceptedFile<PublicAuthorization>, context: unknown): Promise<string>
  onComplete(upload: CompletedUpload<PublicAuthorization>, context: unknown): Promise<unknown>
}

interface AskedSignersPart extends SignersPart {
  readonly ask: AskApplication
  readonly quotas?: QuotaStore | undefined
}

const CODE: Readonly<Record<Exclude<keyof UploadRule, (typeof DECLARED)[number]>, 0>> = {
  authorize: 0,
  accept: 0,
  key: 0,
  onComplete: 0,
}

/**
 * @throws {TypeError | RangeError} If a rule is invalid. The message names the property, such as
 *   `rules.video.maxSize`.
 */
export function readRules(
  rules: UploadRules,
  signers: AskedSignersPart,
): ReadonlyMap<string, SignerRule> {
  const checked = checkRules(rules, { at: 'rules', members: [...DECLARED, ...Object.keys(CODE)] })
  const read = new Map<string, SignerRule>()
  for (const [name, rule] of Object.entries<UploadRule>(rules)) {
    const limits = checked.get(name)
    if (limits) read.set(name, signerRule(name, rule, limits, signers))
  }
  return read
}

function signerRule(
  name: string,
  rule: UploadRule,
  limits: CheckedRule,
  signers: AskedSignersPart,
): SignerRule {
  const { ask } = signers
  const authorize = checkedAuthorize(`rules.${name}`, rule, signers)
  const { types, minSize: min, maxSize: max, expiresInSeconds, form, requireSha256 } = limits
  const { read, remove, claim, quota } = limits
  return {
    name,
    types,
    size: { min, max },
    expiresInSeconds,
    ...(form === false ? {} : { form: { min, max: Math.min(form, MAX_SINGLE_UPLOAD_SIZE) } }),
    requireSha256,
    read,
    remove,
    ...(claim === undefined ? {} : { claimDays: parseDays(claim, `rules.${name}.claim`) }),
    ...(quota === undefined ? {} : { quota: ruleQuota(`rules.${name}`, quota, signers.quotas) }),
    authorize: (request, call) => ask(`rules.${name}.authorize`, () => authorize(request, call)),
    accept: checkedAccept(`rules.${name}`, rule, signers),
    key: (file, context) =>
      ask(`rules.${name}.key`, () =>
        rule.key ? rule.key(file, context) : `${file.id}/${file.name}`,
      ),
    onComplete: (upload, context) =>
      ask(`rules.${name}.onComplete`, () => rule.onComplete?.(upload, context), MAX_COMPLETE_MS),
  }
}
