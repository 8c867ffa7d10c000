import type { StoredObjects } from '../packages/waybill-cli/src/dev/stored-objects.ts'

export interface Destination {
  readonly bucket: string
  readonly rules: readonly RuleDescription[]
  /** Whether the server can simulate a bad connection to the bucket. */
  readonly hasLine?: boolean
  /** The base URL of a signer whose signatures expire after four seconds. */
  readonly shortLivedEndpoint?: string
}

export interface RuleDescription {
  readonly name: string
  readonly types: readonly string[]
  /** In bytes. */
  readonly maxSize: number
}

export function fetchDestination(): Promise<Destination> {
  return fetchJson('/api/destination')
}

export function fetchObjects(): Promise<StoredObjects> {
  return fetchJson('/api/objects')
}

/**
 * Does not validate the response. The page and the server are built together, so a successful
 * response always has the expected type.
 */
async function fetchJson<T>(path: string): Promise<T> {
  const answer = await fetch(path)
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.error?.message ?? `the server answered ${answer.status}`)
  return body
}
