/**
 * Gives an owner to uploads under rules that do not say who may upload: this machine has one user.
 *
 * @module
 */

import type { UploadRule, UploadRules } from '../../protocol/upload-rule.ts'

const LOCAL_OWNER = 'local'

/** Rules that all say who may upload. */
export interface LocallyOwnedRules {
  readonly rules: UploadRules
  /** The rules that got an `authorize` here. */
  readonly names: readonly string[]
}

/** Gives each rule that has neither `authorize` nor `public` the owner `local`. */
export function withLocalOwner(rules: UploadRules): LocallyOwnedRules {
  const names: string[] = []
  const owned: Record<string, UploadRule> = {}
  for (const [name, rule] of Object.entries<UploadRule>(rules)) {
    if (rule.authorize === undefined && rule.public === undefined) {
      names.push(name)
      owned[name] = { ...rule, public: false, authorize: () => ({ owner: LOCAL_OWNER }) }
    } else {
      owned[name] = rule
    }
  }
  return { rules: owned, names }
}

/**
 * Writes the line for the terminal that names these rules.
 *
 * @returns `undefined` when there are none.
 */
export function localOwnerLine(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const [have, they] = names.length === 1 ? ['has', 'it'] : ['have', 'them']
  const rules = names.map((name) => `'${name}'`).join(', ')
  return (
    `${rules} ${have} neither authorize nor public: true. Here each upload under ${they} belongs to ` +
    `'${LOCAL_OWNER}'; createSigner of your own server takes ${they} only with an authorize of its own`
  )
}
