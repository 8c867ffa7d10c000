/**
 * `waybill dev`'s upload rules: by default one rule that accepts nearly everything, or the rules in
 * the user's own file. Node runs that file without a build, even if it is TypeScript.
 *
 * @module
 */

import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CommandFailure, messageOf } from '@waybill/command-line/command-failure'
import { type UploadRule, type UploadRules, uploadRule } from 'waybill'
import { isRecord } from 'waybill/internal/protocol'

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

const EXAMPLE = `export const rules = { video: { types: ['video/mp4'], maxSize: '2 GiB' } }`

/**
 * Loads the `rules` export (or the default export) of `path`. The signer validates each rule later.
 *
 * @throws {CommandFailure} If the file does not exist, cannot be loaded or exports no rules.
 */
export async function loadRules(path: string): Promise<UploadRules> {
  const file = resolve(path)
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) throw new CommandFailure(`--rules: the file ${file} does not exist`)
  const module = await importFile(file)
  const rules = module.rules ?? module.default
  if (rules === undefined) {
    throw new CommandFailure(
      `--rules: ${file} exports no rules. Expected for example\n  ${EXAMPLE}`,
    )
  }
  if (!isRules(rules)) {
    throw new CommandFailure(
      `--rules: the rules of ${file} are ${describe(rules)}, expected an object of rules by name, for example\n  ${EXAMPLE}`,
    )
  }
  return rules
}

async function importFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    const why = needsNewerNode(error)
      ? `this is Node ${process.version}, and from 22.18 on it runs TypeScript`
      : syntaxErrorLocation(error)
    throw new CommandFailure(`--rules: cannot load ${file}: ${why}`, { cause: error })
  }
}

function needsNewerNode(error: unknown): boolean {
  const isUnknown =
    error instanceof Error && /Unknown file extension "\.[cm]?ts"/.test(error.message)
  return isUnknown && !process.features.typescript
}

/**
 * Returns a syntax error's position, source line and message. The stack contains them before its
 * first `at`.
 */
function syntaxErrorLocation(error: unknown): string {
  if (!(error instanceof SyntaxError)) return messageOf(error)
  return (error.stack ?? error.message).split(/\n\s+at /)[0] ?? error.message
}

function isRules(rules: unknown): rules is UploadRules {
  return isRecord(rules) && Object.keys(rules).length > 0 && Object.values(rules).every(isRecord)
}

function describe(value: unknown): string {
  if (isRecord(value) && Object.keys(value).length === 0) return 'empty'
  if (isRecord(value)) return 'not all rules'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
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
