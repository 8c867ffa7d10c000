/**
 * Upload rules as props: what a rule can say without code. The prebuilt signer gets them in its
 * environment.
 *
 * Rules with functions (`authorize`, `key`, `onComplete`) need an entry file of the application.
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
   * Content types: exact, or `image/*`. Types that may be run (HTML, SVG, XML, scripts, programs)
   * must be named exactly.
   */
  readonly types: readonly string[]
  /** Largest file. */
  readonly maxSize: Size
  /**
   * Smallest file.
   * @default - files may be empty
   */
  readonly minSize?: Size
  /**
   * How long a signature is valid, one second to seven days.
   * @default Duration.minutes(5)
   */
  readonly expiresIn?: Duration
  /**
   * Whether `GET` signs a form for clients that give neither size nor hash. A `Size` is the largest
   * file of these forms.
   * @default false
   */
  readonly form?: boolean | Size
  /**
   * Whether a presigned PUT requires the SHA-256 of the file. The deployed signer uses presigned
   * POSTs, which always require it.
   * @default false
   */
  readonly requireSha256?: boolean
  /**
   * Whether callers need no name. With `auth` `none` and `rules` it must be true; `jwt` and `iam`
   * still allow only their callers.
   * @default false
   */
  readonly public?: boolean
  /**
   * Whether the owner of a stored object gets a link to it. In a public rule, `'receipt'` also
   * gives one to each caller with the receipt.
   * @default false
   */
  readonly read?: boolean | 'receipt'
  /**
   * Whether the owner of a stored object may remove it. `'receipt'` as in `read`.
   * @default false
   */
  readonly remove?: boolean | 'receipt'
  /**
   * How long an unclaimed object is kept, in whole days. Let the role of your server claim objects
   * (`grantWayBack`).
   * @default - objects stay
   */
  readonly claim?: Duration
  /**
   * How much each owner may be granted in an hour, a day or a month. A quota adds a DynamoDB table.
   * In a public rule, all callers without an owner are counted together.
   * @default - no quota
   */
  readonly quota?: DeclaredQuota
}

/** How much each owner may be granted in a window of time: `files`, `size` or both. */
export interface DeclaredQuota {
  /** @default - any number of files */
  readonly files?: number
  /**
   * All files together, at least the rule's `maxSize`.
   * @default - any size
   */
  readonly size?: Size
  /** Windows begin with the hour, the day or the month in UTC. */
  readonly every: QuotaPeriod
}

/** Characters; the environment of a Lambda may have 4 KB in all. */
export const MAX_SETTING_LENGTH = 3000

/**
 * Writes rules as the setting `WAYBILL_RULES` of the prebuilt signer.
 *
 * @param taken - Characters of the other settings without a fixed length.
 * @returns JSON of at most 3,000 characters, less what is taken.
 * @throws {TypeError | RangeError} When the signer would refuse a rule at its first start.
 * @throws {Error} When the rules are too long for an environment.
 */
export function rulesSetting(rules: Readonly<Record<string, DeclaredRule>>, taken: number): string {
  const setting: Record<string, object> = {}
  for (const [name, rule] of Object.entries(rules)) setting[name] = ruleSetting(rule)
  checkRules(setting, { at: 'rules', expiryName: 'expiresIn' })
  const text = JSON.stringify(setting)
  const room = MAX_SETTING_LENGTH - taken
  if (text.length > room) {
    throw new Error(
      `rules are ${text.length} characters, at most ${room} fit: write an entry file and give its bundle as code`,
    )
  }
  return text
}

/** JSON leaves out the members that are undefined. */
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
 * Checks the prop `prefix`.
 *
 * @throws {Error} When it is not the beginning of object keys that ends in `/`, such as `uploads/`.
 */
export function checkPrefix(prefix: string): void {
  if (Token.isUnresolved(prefix) || prefix === '') return
  if (prefix.length > 256 || !/^(?:[\w.-]+\/)+$/.test(prefix) || /(?:^|\/)\.{1,2}\//.test(prefix)) {
    throw new Error(`prefix is '${prefix}', expected segments that end in '/', such as 'uploads/'`)
  }
}
