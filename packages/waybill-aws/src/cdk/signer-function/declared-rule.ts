/**
 * Upload rules as props. The prebuilt signer reads them from its environment. Rules with functions
 * (`authorize`, `key`, `onComplete`) therefore require your own entry file.
 *
 * @module
 */

import { type Duration, type Size, Token } from 'aws-cdk-lib'
import type { QuotaPeriod } from 'waybill'
import { checkRules } from 'waybill/internal/protocol'
import { claimDays } from '../bucket/lifetimes.ts'

/** One upload rule of the prebuilt signer. */
export interface DeclaredRule {
  /**
   * Allowed content types: exact names, or wildcards such as `image/*`. Executable types (HTML,
   * SVG, XML, scripts, programs) must be listed by their exact names.
   */
  readonly types: readonly string[]
  /** Maximum file size. */
  readonly maxSize: Size
  /**
   * Minimum file size.
   * @default - files can be empty
   */
  readonly minSize?: Size
  /**
   * How long a signature is valid: one second to seven days.
   * @default Duration.minutes(5)
   */
  readonly expiresIn?: Duration
  /**
   * Whether `GET` signs a form for clients that declare neither size nor hash. The form accepts
   * files up to the given `Size`, or up to `maxSize` if this is `true`.
   * @default false
   */
  readonly form?: boolean | Size
  /**
   * Whether a presigned PUT requires the file's SHA-256. The prebuilt signer uses presigned POSTs,
   * which always require it.
   * @default false
   */
  readonly requireSha256?: boolean
  /**
   * Whether callers can be anonymous. Must be `true` if `auth` is `none` or `rules`. With `jwt` and
   * `iam`, the signer still verifies every caller.
   * @default false
   */
  readonly public?: boolean
  /**
   * Whether the owner of a stored object can get a link to it. In a public rule, `'receipt'` also
   * gives a link to anyone who has the upload's receipt.
   * @default false
   */
  readonly read?: boolean | 'receipt'
  /**
   * Whether the owner of a stored object can remove it. In a public rule, `'receipt'` also lets
   * anyone who has the upload's receipt remove it.
   * @default false
   */
  readonly remove?: boolean | 'receipt'
  /**
   * How long to keep an object that has not been claimed, in whole days. Use
   * `grantStoredObjectAccess` to allow your server's role to claim objects.
   * @default - unclaimed objects are kept
   */
  readonly claim?: Duration
  /**
   * How much each owner can upload per hour, day or month. A quota adds a DynamoDB table to the
   * stack. In a public rule, all callers without an owner share one quota.
   * @default - no quota
   */
  readonly quota?: DeclaredQuota
}

/** How much each owner can upload per period: `files`, `size` or both. */
export interface DeclaredQuota {
  /**
   * Number of files.
   * @default - no limit
   */
  readonly files?: number
  /**
   * Total size of the files. It cannot be less than the rule's `maxSize`.
   * @default - no limit
   */
  readonly size?: Size
  /** The period. It starts at the beginning of the hour, day or month in UTC. */
  readonly every: QuotaPeriod
}

/** @throws {TypeError | RangeError} If the signer would reject a rule at its first start. */
export function rulesSetting(rules: Readonly<Record<string, DeclaredRule>>): string {
  const setting: Record<string, object> = {}
  for (const [name, rule] of Object.entries(rules)) setting[name] = ruleSetting(rule)
  checkRules(setting, { at: 'rules', expiryName: 'expiresIn' })
  return JSON.stringify(setting)
}

/** Properties can be `undefined`, because JSON omits them. */
function ruleSetting({ types, maxSize, minSize, expiresIn, form, ...rule }: DeclaredRule): object {
  const { claim, quota } = rule
  return {
    types,
    maxSize: maxSize.toBytes(),
    minSize: minSize?.toBytes(),
    expiresInSeconds: expiresIn?.toSeconds(),
    form: typeof form === 'object' ? form.toBytes() : form || undefined,
    requireSha256: rule.requireSha256 || undefined,
    public: rule.public || undefined,
    read: rule.read || undefined,
    remove: rule.remove || undefined,
    claim: claim && `${claimDays(claim)} days`,
    quota: quota && { ...quota, size: quota.size?.toBytes() },
  }
}

/** @throws {Error} If the prefix is neither empty nor a valid key prefix that ends in `/`. */
export function checkPrefix(prefix: string): void {
  if (Token.isUnresolved(prefix) || prefix === '') return
  if (prefix.length > 256 || !/^(?:[\w.-]+\/)+$/.test(prefix) || /(?:^|\/)\.{1,2}\//.test(prefix)) {
    throw new Error(`prefix is '${prefix}', expected segments that end in '/', such as 'uploads/'`)
  }
}
