/**
 * What a list knows of its rule: asked for once, in a chunk of its own, and never in the way of an
 * upload. Who does not get to know it uploads all the same, and the signer judges.
 *
 * @module
 */

import { baseContentType } from '../../protocol/base-content-type.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'
import type { Effects } from '../effects.ts'
import { inTime } from '../retry/in-time.ts'
import type { UploadDescription } from '../upload/upload-steps.ts'

/** Files that are added before the rule is known wait so long for it. */
const PATIENCE_MS = 1_500

/** Asks for the hints of one rule, and checks files by them. */
export class RuleKnowledge {
  hints: RuleHints | undefined
  readonly #askAll: () => Promise<Readonly<Record<string, RuleHints>>>
  readonly #rule: string | undefined
  readonly #wait: Effects['wait']
  readonly #onChange: () => void
  #check: ((file: UploadDescription) => void) | undefined
  #asked: Promise<RuleHints> | undefined
  #patience: Promise<void> | undefined
  #isSettled = false

  /** @param askAll - Asks the signer what its rules allow. */
  constructor(
    askAll: () => Promise<Readonly<Record<string, RuleHints>>>,
    rule: string | undefined,
    wait: Effects['wait'],
    onChange: () => void,
  ) {
    this.#askAll = askAll
    this.#rule = rule
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
    const [{ checkFile, hintsOf, typeOfName }, rules] = await Promise.all([
      import('./first-use.ts'),
      this.hints ? {} : this.#askAll(),
    ])
    const hints = this.hints ?? hintsOf(rules, this.#rule)
    this.#check = ({ name, size, type }) => {
      const known = baseContentType(type) || typeOfName(name) || 'application/octet-stream'
      checkFile(hints, known, size)
    }
    this.hints = hints
    this.#onChange()
    return hints
  }
}
