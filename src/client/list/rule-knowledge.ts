/**
 * What a list knows of its rule: asked for once, in a chunk of its own, and never in the way of an
 * upload. Who does not get to know it uploads all the same, and the signer judges.
 *
 * @module
 */

import { baseContentType } from '../../protocol/base-content-type.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Effects } from '../effects.ts'
import { inTime } from '../retry/in-time.ts'
import type { UploadDescription } from '../upload/upload-steps.ts'

/** Files that are added before the rule is known wait so long for it. */
const PATIENCE_MS = 1_500

/** Asks for the hints of one rule, and checks files by them. */
export class RuleKnowledge {
  hints: RuleHints | undefined
  readonly #ask: () => Promise<RuleHints>
  readonly #wait: Effects['wait']
  readonly #onChange: () => void
  #check: ((file: UploadDescription) => void) | undefined
  #asked: Promise<RuleHints> | undefined
  #patience: Promise<void> | undefined
  #isSettled = false

  constructor(ask: () => Promise<RuleHints>, wait: Effects['wait'], onChange: () => void) {
    this.#ask = ask
    this.#wait = wait
    this.#onChange = onChange
  }

  /** Asks once, and again after a failure. */
  ask(): Promise<RuleHints> {
    this.#asked ??= this.#learn().catch((error: unknown) => {
      this.#asked = undefined
      throw error
    })
    return this.#asked
  }

  /** @returns What to wait for before a file is checked; `undefined` when there is nothing. */
  ready(): Promise<void> | undefined {
    if (this.#isSettled) return undefined
    const settle = () => {
      this.#isSettled = true
    }
    this.#patience ??= inTime(this.ask(), PATIENCE_MS, this.#wait).then(settle, settle)
    return this.#patience
  }

  /** @throws {UploadError} Why the rule does not allow the file, as the signer would say it. */
  check(file: UploadDescription): void {
    this.#check?.(file)
  }

  async #learn(): Promise<RuleHints> {
    const [{ checkFile }, { typeOfName }, hints] = await Promise.all([
      import('./check-file.ts'),
      import('../upload/content-types.ts'),
      this.#ask(),
    ])
    this.#check = ({ name, size, type }) => {
      const known = baseContentType(type) || typeOfName(name) || 'application/octet-stream'
      checkFile(hints, known, size)
    }
    this.hints = hints
    this.#onChange()
    return hints
  }
}

/** @throws {UploadError} `RULE_UNKNOWN` when the caller has no such rule. */
export function hintsOf(
  rules: Readonly<Record<string, RuleHints>>,
  rule: string | undefined,
): RuleHints {
  const all = Object.values(rules)
  const hints = rule === undefined && all.length === 1 ? all[0] : rules[rule ?? '']
  if (hints) return hints
  throw new UploadError(
    'RULE_UNKNOWN',
    `rule is ${rule ?? 'missing'}, allowed are ${Object.keys(rules).join(', ')}`,
  )
}
