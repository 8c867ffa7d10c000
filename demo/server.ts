/**
 * What the development server tells its own page.
 *
 * @module
 */

import type { StoredObjects } from '../src/cli/dev/stored-objects.ts'

export interface Destination {
  readonly bucket: string
  readonly rules: readonly RuleDescription[]
}

export interface RuleDescription {
  readonly name: string
  readonly types: readonly string[]
  /** Bytes. */
  readonly maxSize: number
}

/** @throws {Error} When the server cannot be reached or refuses. */
export function fetchDestination(): Promise<Destination> {
  return fetchJson('/api/destination')
}

/** @throws {Error} When the server cannot be reached or refuses. */
export function fetchObjects(): Promise<StoredObjects> {
  return fetchJson('/api/objects')
}

/** The page and the server are one build, so an answer of 200 has the shape that it is asked for. */
async function fetchJson<T>(path: string): Promise<T> {
  const answer = await fetch(path)
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.error?.message ?? `the server answered ${answer.status}`)
  return body
}
