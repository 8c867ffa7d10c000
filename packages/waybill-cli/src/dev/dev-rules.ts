/**
 * `waybill dev`'s upload rules: by default one rule that accepts nearly everything, or the user's
 * own, which belong to a local owner.
 *
 * @module
 */

import { type UploadRule, type UploadRules, uploadRule } from 'waybill'

/** There is only one rule, so clients don't have to name it. */
export const DEV_RULES = {
  files: uploadRule({
    types: [
      // The first type is used if a form is signed before the file is known.
      'video/mp4',
      'video/*',
      'audio/*',
      'image/*',
      'text/plain',
      'text/csv',
      'application/pdf',
      'application/zip',
    ],
    // Large, because users will try large files.
    maxSize: '50 GB',
    form: '100 MiB',
    // The server accepts requests only from this machine, and none from other sites' pages.
    public: true,
    // Uploads have no owner here, so the receipt alone must be enough.
    read: 'receipt',
    remove: 'receipt',
    expiresInSeconds: 300,
  }),
}

const LOCAL_OWNER = 'local'

export interface LocallyOwnedRules {
  readonly rules: UploadRules
  /** The rules to which an `authorize` was added. */
  readonly names: readonly string[]
}

/** Assigns the owner `local` to each rule that has neither `authorize` nor `public`. */
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

/** Returns a message about these rules, or `undefined` if there are none. */
export function localOwnerLine(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const [have, they] = names.length === 1 ? ['has', 'it'] : ['have', 'them']
  const rules = names.map((name) => `'${name}'`).join(', ')
  return (
    `${rules} ${have} neither authorize nor public: true. Here each upload under ${they} belongs to ` +
    `'${LOCAL_OWNER}'; on your own server, createSigner requires authorize for ${they}`
  )
}
