/**
 * Loads the user's own upload rules from a file. Node runs it without a build, even if it is
 * TypeScript.
 *
 * @module
 */

import { readFile, stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { CommandFailure, messageOf } from '@waybill/command-line/command-failure'
import type { UploadRules } from 'waybill'
import { isRecord } from 'waybill/internal/protocol'
import { parseRules } from 'waybill/internal/settings'

const EXAMPLE = `export const rules = { video: { types: ['video/mp4'], maxSize: '2 GiB' } }`

/**
 * Loads the `rules` export (or the default export) of `path`, or the rules in a JSON file. The
 * signer validates each rule of a module later.
 *
 * @throws {CommandFailure} If the file does not exist, cannot be loaded or exports no rules.
 */
export async function loadRules(path: string): Promise<UploadRules> {
  const file = resolve(path)
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) throw new CommandFailure(`--rules: the file ${file} does not exist`)
  if (extname(file) === '.json') return rulesInJson(file)
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

async function rulesInJson(file: string): Promise<UploadRules> {
  try {
    return parseRules(await readFile(file, 'utf8'), 'rules')
  } catch (error) {
    throw new CommandFailure(`--rules: ${file}: ${messageOf(error)}`, { cause: error })
  }
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
