/**
 * Asks the signer what its rules allow.
 *
 * @module
 */

import {
  readInteger,
  readList,
  readRecord,
  readText,
  withCode,
} from '../../protocol/json-value.ts'
import type { RuleHints } from '../../protocol/rule-hints.ts'
import { UploadError } from '../../protocol/upload-error.ts'
import type { Engine } from '../upload/engine.ts'
import { warn } from '../send/load-explain.ts'
import { parseQuota } from './parse-quota.ts'

/** Characters of one content type, and of all together. */
const MAX_TEXT = 255
const MAX_ACCEPT = 65_536

const failure = withCode('RESPONSE_INVALID')

const asking = new WeakMap<Engine, Promise<Readonly<Record<string, RuleHints>>>>()

/**
 * Asks for the rules. Calls at the same time share one request; later the browser's cache has the
 * response.
 *
 * @throws {UploadError} When the signer does not say it.
 */
export function askRules(engine: Engine): Promise<Readonly<Record<string, RuleHints>>> {
  const { signal } = new AbortController()
  const asked =
    asking.get(engine) ??
    engine.calls
      .ask('/rules', undefined, { signal })
      .then(parseRules)
      .catch((error: unknown) => {
        if (error instanceof UploadError) warn(error)
        throw error
      })
      .finally(() => asking.delete(engine))
  asking.set(engine, asked)
  return asked
}

/** Reads the answer to `GET B/rules`. Members of later versions are passed over. */
function parseRules(body: unknown): Readonly<Record<string, RuleHints>> {
  const { rules } = readRecord(body, 'answer', failure)
  const parsed = Object.entries(readRecord(rules, 'rules', failure)).map(
    ([name, rule]) => [name, parseHints(`rules.${name}`, rule)] as const,
  )
  return Object.freeze(Object.fromEntries(parsed))
}

function parseHints(at: string, value: unknown): RuleHints {
  const rule = readRecord(value, at, failure)
  const types = readList(rule.types, `${at}.types`, failure).map((type) =>
    readText(type, `${at}.types`, { max: MAX_TEXT }, failure),
  )
  const size = (name: 'maxSize' | 'minSize') =>
    readInteger(rule[name], `${at}.${name}`, { min: 0 }, failure)
  const quota = rule.quota === undefined ? undefined : parseQuota(`${at}.quota`, rule.quota)
  return Object.freeze({
    types: Object.freeze(types),
    accept: readText(rule.accept, `${at}.accept`, { min: 0, max: MAX_ACCEPT }, failure),
    maxSize: size('maxSize'),
    minSize: size('minSize'),
    read: rule.read === true,
    remove: rule.remove === true,
    ...(quota ? { quota } : {}),
  })
}
