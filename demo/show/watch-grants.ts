/**
 * Reports what a signer grants to an uploader, which receives the same responses.
 *
 * @module
 */

import type { CreateRequest, CreateResponse, UploadGrant } from 'waybill'
import { readWaybill, type SignedWaybill } from './signed-waybill.ts'

export interface Granted {
  readonly grant: UploadGrant
  readonly waybill: SignedWaybill
  /** Missing if the signer has only one. */
  readonly rule?: string | undefined
}

/**
 * Returns a `fetch` for `createUploader`.
 *
 * @param endpoint - The signer's base URL.
 */
export function watchGrants(
  fetch: typeof globalThis.fetch,
  endpoint: string,
  onGrant: (granted: Granted) => void,
): typeof globalThis.fetch {
  return async (url, init) => {
    const response = await fetch(url, init)
    if (url !== endpoint || init?.method !== 'POST' || !response.ok) return response
    // The uploader aborts its request once it has read the response, and a clone with it.
    const text = await response.text()
    report(String(init.body), text, onGrant)
    const { status, headers } = response
    return new Response(text, { status, headers })
  }
}

function report(request: string, response: string, onGrant: (granted: Granted) => void): void {
  try {
    const { rule, files }: CreateRequest = JSON.parse(request)
    const { uploads }: CreateResponse = JSON.parse(response)
    for (const [index, upload] of uploads.entries()) {
      const file = files[index]
      if (file && 'strategy' in upload) {
        onGrant({ grant: upload, waybill: readWaybill(file, upload), rule })
      }
    }
  } catch {
    // The uploader reads the same response, and reports what is wrong with it.
  }
}
