/**
 * Upload rules as props: everything in a rule that needs no code. The prebuilt signer gets them in
 * its environment.
 *
 * Rules with functions (`authorize`, `key`, `onComplete`) need an entry file in the application.
 *
 * @module
 */

import { type Duration, type Size, Token } from 'aws-cdk-lib'
import type { QuotaPeriod } from 'waybill'
import { checkRules } from 'waybill/internal/check-rules'
import { claimDays } from '../bucket/unclaimed-days.ts'

/** One upload rule of the prebuilt signer. */
export interface DeclaredRule {
  /**
   * Content types: exact, or `image/*`. List executable types (HTML, SVG, XML, scripts, programs)
   * by their exact name.
   */
  readonly types: readonly string[]
  /** Maximum file size. */
  readonly maxSize: Size
  /**
   * Minimum file size.
   * @default - files may be empty
   */
  readonly minSize?: Size
  /**
   * How long a signature is valid, one second to seven days.
   * @default Duration.minutes(5)
   */
  readonly expiresIn?: Duration
  /**
   * Whether `GET` signs a form for clients that declare neither size nor hash. A `Size` is the
   * maximum for these forms.
   * @default false
   */
  readonly form?: boolean | Size
  /**
   * Whether a presigned PUT requires the file's SHA-256. The deployed signer uses presigned POSTs,
   * which always require it.
   * @default false
   */
  readonly requireSha256?: boolean
  /**
   * Whether callers may be anonymous. With `auth` `none` and `rules` it must be true; `jwt` and
   * `iam` still admit only their callers.
   * @default false
   */
  readonly public?: boolean
  /**
   * Whether the owner of a stored object gets a link to it. In a public rule, `'receipt'` also
   * gives one to anyone with the receipt.
   * @default false
   */
  readonly read?: boolean | 'receipt'
  /**
   * Whether the owner of a stored object may remove it. `'receipt'` works as in `read`.
   * @default false
   */
  readonly remove?: boolean | 'receipt'
  /**
   * How long to keep an unclaimed object, in whole days. Allow your server's role to claim objects
   * with `grantWayBack`.
   * @default - objects are kept
   */
  readonly claim?: Duration
  /**
   * How much each owner may upload per hour, day or month. A quota adds a DynamoDB table. In a
   * public rule, all callers without an owner are counted together.
   * @default - no quota
   */
  readonly quota?: DeclaredQuota
}

/** How much each owner may upload per period: `files`, `size` or both. */
export interface DeclaredQuota {
  /**
   * Number of files.
   * @default - no limit
   */
  readonly files?: number
  /**
   * Total size of all files; at least the rule's `maxSize`.
   * @default - no limit
   */
  readonly size?: Size
  /** Periods begin with the hour, day or month in UTC. */
  readonly every: QuotaPeriod
}

/**
 * Maximum number of characters. The environment of a Lambda function is limited to 4 KB in total.
 */
export const MAX_SETTING_LENGTH = 3000

/**
 * Formats rules as the setting `WAYBILL_RULES` of the prebuilt signer.
 *
 * @param taken - Characters of the other settings of variable length.
 * @returns JSON of 3,000 characters at most, minus `taken`.
 * @throws {TypeError | RangeError} If the signer would reject a rule at its first start.
 * @throws {Error} If the rules are too long for an environment.
 */
export function rulesSetting(rules: Readonly<Record<string, DeclaredRule>>, taken: number): string {
  const setting: Record<string, object> = {}
  for (const [name, rule] of Object.entries(rules)) setting[name] = ruleSetting(rule)
  checkRules(setting, { at: 'rules', expiryName: 'expiresIn' })
  const text = JSON.stringify(setting)
  const room = MAX_SETTING_LENGTH - taken
  if (text.length > room) {
    throw new Error(
      `rules are ${text.length} characters, at most ${room} fit: write an entry file and pass its bundle as code`,
    )
  }
  return text
}

/** JSON omits members that are undefined. */
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

/**
 * Validates the prop `prefix`.
 *
 * @throws {Error} If it is not a prefix of object keys that ends in `/`, such as `uploads/`.
 */
export function checkPrefix(prefix: string): void {
  if (Token.isUnresolved(prefix) || prefix === '') return
  if (prefix.length > 256 || !/^(?:[\w.-]+\/)+$/.test(prefix) || /(?:^|\/)\.{1,2}\//.test(prefix)) {
    throw new Error(`prefix is '${prefix}', expected segments that end in '/', such as 'uploads/'`)
  }
}
