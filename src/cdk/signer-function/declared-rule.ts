/**
 * Upload rules as props: the part of a rule that can be said without code. They travel to the prebuilt signer in its
 * environment. Rules with functions (`authorize`, `key`, `onComplete`) need an entry file of the application's.
 *
 * @module
 */

import { type Duration, type Size, Token } from 'aws-cdk-lib'
import { checkRules } from '../../protocol/check-rules.ts'

/** What the prebuilt signer signs for. */
export interface DeclaredRule {
  /** Content types: exact, or `image/*`. What may be run (HTML, SVG, XML, scripts, programs) only by its exact name. */
  readonly types: readonly string[]
  /** Largest file. */
  readonly maxSize: Size
  /**
   * Smallest file.
   * @default - files may be empty
   */
  readonly minSize?: Size
  /**
   * How long a signature works.
   * @default Duration.minutes(5)
   */
  readonly expiresIn?: Duration
  /**
   * Whether `GET` signs a form for the simplest of clients, which says neither size nor hash; a size bounds those forms.
   * @default false
   */
  readonly form?: boolean | Size
  /**
   * Whether a file must come with its SHA-256 where a rule of a signer for presigned PUTs would take it without. With a
   * presigned POST, which the deployed signer uses, it always must.
   * @default false
   */
  readonly requireSha256?: boolean
  /**
   * Whether callers need no name. With `auth` `none` and `rules` a declared rule must say so; `jwt` and `iam` let only
   * their callers in all the same.
   * @default false
   */
  readonly public?: boolean
}

/** Lambda takes 4 KB of environment in all. */
const MAX_SETTING_LENGTH = 3000

/**
 * Writes rules as the setting `WAYBILL_RULES` of the prebuilt signer.
 *
 * @returns JSON of at most 3,000 characters.
 * @throws {TypeError | RangeError} When the signer would refuse a rule at its first start.
 * @throws {Error} When the rules are too long for an environment.
 */
export function rulesSetting(rules: Readonly<Record<string, DeclaredRule>>): string {
  const setting: Record<string, object> = {}
  for (const [name, rule] of Object.entries(rules)) setting[name] = ruleSetting(rule)
  checkRules(setting, { at: 'rules', expiryName: 'expiresIn' })
  const text = JSON.stringify(setting)
  if (text.length > MAX_SETTING_LENGTH) {
    throw new Error(
      `rules are ${text.length} characters, at most ${MAX_SETTING_LENGTH} fit: write an entry file and give its bundle as code`,
    )
  }
  return text
}

function ruleSetting(rule: DeclaredRule): object {
  return {
    types: rule.types,
    maxSize: rule.maxSize.toBytes(),
    ...(rule.minSize ? { minSize: rule.minSize.toBytes() } : {}),
    ...(rule.expiresIn ? { expiresInSeconds: rule.expiresIn.toSeconds() } : {}),
    ...(rule.form ? { form: rule.form === true ? true : rule.form.toBytes() } : {}),
    ...(rule.requireSha256 ? { requireSha256: true } : {}),
    ...(rule.public ? { public: true } : {}),
  }
}

/**
 * @throws {Error} When `prefix` cannot begin object keys: `uploads/` can.
 */
export function checkPrefix(prefix: string): void {
  if (Token.isUnresolved(prefix) || prefix === '') return
  if (prefix.length > 256 || !/^(?:[\w.-]+\/)+$/.test(prefix) || /(?:^|\/)\.{1,2}\//.test(prefix)) {
    throw new Error(`prefix is '${prefix}', expected segments that end in '/', such as 'uploads/'`)
  }
}
