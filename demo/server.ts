/**
 * Reads what the development server sends to its page.
 *
 * @module
 */

import type { StoredObjects } from '../packages/waybill/src/cli/dev/stored-objects.ts'

/** Where files go, and the rules for them. */
export interface Destination {
  readonly bucket: string
  readonly rules: readonly RuleDescription[]
  /** Whether the line to the bucket can be made bad. */
  readonly hasLine: boolean
}

/** An upload rule as the page needs it. */
export interface RuleDescription {
  readonly name: string
  readonly types: readonly string[]
  /** Bytes. */
  readonly maxSize: number
}

/**
 * Reads where files go.
 *
 * @throws {Error} When the server cannot be reached or refuses.
 */
export function fetchDestination(): Promise<Destination> {
  return fetchJson('/api/destination')
}

/**
 * Reads the list of objects.
 *
 * @throws {Error} When the server cannot be reached or refuses.
 */
export function fetchObjects(): Promise<StoredObjects> {
  return fetchJson('/api/objects')
}

/**
 * Fetches JSON. Page and server are built together, so a response with status 200 has the expected
 * type.
 */
async function fetchJson<T>(path: string): Promise<T> {
  const answer = await fetch(path)
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.error?.message ?? `the server answered ${answer.status}`)
  return body
}
