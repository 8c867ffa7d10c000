import { notImplemented } from '../message/not-implemented.ts'
import { malformedPolicy } from './malformed-policy.ts'

export type JsonObject = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reads a string or a list of strings. Numbers and booleans are converted. */
export function readStrings(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value]
  return list.map((each) => {
    // If policy variables were treated as plain text, they would match nothing or too much.
    if (typeof each === 'string' && each.includes('${')) {
      throw notImplemented(`policy variables: ${each}`)
    }
    if (typeof each === 'string') return each
    if (typeof each === 'number' || typeof each === 'boolean') return String(each)
    throw malformedPolicy('Invalid policy syntax.')
  })
}

/** The policy grammar allows each key only once. `JSON.parse` would keep the last one. */
export function hasRepeatedKey(text: string): boolean {
  const open: Set<unknown>[] = []
  for (const [token, name, colon] of text.matchAll(/[{}]|("(?:[^"\\]|\\.)*")(\s*:)?/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (name !== undefined && colon !== undefined) {
      const key: unknown = JSON.parse(name)
      if (open.at(-1)?.has(key)) return true
      open.at(-1)?.add(key)
    }
  }
  return false
}

/** Removes white space between tokens. `text` can be invalid JSON. */
export function compactJson(text: string): string {
  // The closing quote is optional. Otherwise, unterminated strings would take quadratic time.
  return text.replace(/("(?:[^"\\]|\\.)*"?)|\s+/g, '$1')
}
