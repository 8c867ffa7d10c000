/**
 * A signer for what hooks do before a byte is sent: it says what its rules allow, and never answers
 * a request for permission.
 *
 * @module
 */

export interface SilentSigner {
  readonly fetch: typeof globalThis.fetch
  /** `GET /rules`, `POST `, … in the order in which they came. */
  readonly asked: readonly string[]
  /** Bodies of the requests for permission. */
  readonly wanted: readonly { readonly rule?: string; readonly files: readonly WantedFile[] }[]
}

interface WantedFile {
  readonly name: string
  readonly metadata?: Readonly<Record<string, string>>
}

export const ENDPOINT = 'https://signer.example/uploads'

const PHOTOS = { types: ['image/*'], accept: 'image/*', maxSize: 5_000_000, minSize: 0 }
const NOTES = { types: ['text/plain'], accept: 'text/plain', maxSize: 1000, minSize: 0 }

export function silentSigner(): SilentSigner {
  const asked: string[] = []
  const wanted: SilentSigner['wanted'][number][] = []
  return {
    asked,
    wanted,
    fetch: (input, { method = 'GET', body } = {}) => {
      const call = `${method} ${String(input).slice(ENDPOINT.length)}`
      asked.push(call)
      if (call === 'GET /rules') {
        return Promise.resolve(Response.json({ rules: { photos: PHOTOS, notes: NOTES } }))
      }
      if (call === 'POST ') wanted.push(JSON.parse(String(body)))
      return new Promise(() => undefined)
    },
  }
}
