/**
 * Upload rules as props: the part of a rule that can be said without code. They travel to the prebuilt signer in its
 * environment. Rules with functions (`authorize`, `key`, `onComplete`) need an entry file of the application's.
 *
 * @module
 */

import { Duration, type Size, Token } from 'aws-cdk-lib'

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

const CONTENT_TYPE = /^(?:\*\/\*|[a-z\d][a-z\d!#$&^_.+-]*\/(?:\*|[a-z\d][a-z\d!#$&^_.+-]*))$/
/** S3 takes no signature for longer. */
const MAX_EXPIRES_IN = Duration.days(7)

/** @throws {Error} When the rules are none, are misnamed, or are too long for an environment. */
export function rulesSetting(rules: Readonly<Record<string, DeclaredRule>>): string {
  const setting: Record<string, object> = {}
  for (const [name, rule] of Object.entries(rules)) {
    if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) {
      throw new Error(`rules has the name '${name}', expected lower-case letters, digits or '-'`)
    }
    checkRule(`rules.${name}`, rule)
    setting[name] = ruleSetting(rule)
  }
  if (Object.keys(setting).length === 0) throw new Error('rules is empty, expected at least one')
  const text = JSON.stringify(setting)
  if (text.length > MAX_SETTING_LENGTH) {
    throw new Error(
      `rules are ${text.length} characters, at most ${MAX_SETTING_LENGTH} fit: write an entry file and give its bundle as code`,
    )
  }
  return text
}

/** What the signer itself would refuse, at its first start; here it is said before anything is deployed. */
function checkRule(at: string, rule: DeclaredRule): void {
  const { types, maxSize, minSize, expiresIn, form } = rule
  if (types.length === 0) throw new Error(`${at}.types is empty`)
  const wrong = types.find((type) => !CONTENT_TYPE.test(type))
  if (wrong !== undefined) {
    throw new Error(`${at}.types has '${wrong}', expected such as 'video/mp4' or 'image/*'`)
  }
  const [min, max] = [minSize?.toBytes() ?? 0, maxSize.toBytes()]
  if (min > max) throw new Error(`${at}.minSize is ${min} bytes, more than maxSize ${max}`)
  const seconds = expiresIn?.toSeconds() ?? 1
  if (seconds < 1 || seconds > MAX_EXPIRES_IN.toSeconds()) {
    throw new Error(`${at}.expiresIn is ${seconds} s, expected one second to seven days`)
  }
  const most = typeof form === 'object' ? form.toBytes() : max
  if (most < min || most > max) {
    throw new Error(`${at}.form is ${most} bytes, the rule allows ${min} to ${max}`)
  }
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
