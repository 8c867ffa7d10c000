/**
 * Reports what a signer grants to an uploader, which receives the same responses.
 *
 * @module
 */

import type { CreateRequest, CreateResponse, FileDescription, UploadGrant } from 'waybill'
import type { StoredObject } from '../../packages/waybill-cli/src/dev/stored-objects.ts'
import { readWaybill, type SignedWaybill } from './signed-waybill.ts'

export interface Granted {
  readonly grant: UploadGrant
  readonly waybill: SignedWaybill
  /** Missing if the signer has only one. */
  readonly rule?: string | undefined
}

/** The one file that all of the page is about. */
export interface Subject {
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** Missing if this page did not choose it, for example after a reload. */
  readonly file?: Blob | undefined
  /** Missing if it was signed before the page was opened. */
  readonly granted?: Granted | undefined
  /** Missing if it is not in the bucket. */
  readonly object?: StoredObject | undefined
}

/**
 * Returns a `fetch` for `createUploader`.
 *
 * @param endpoint - The signer's base URL.
 */
export function watchGrants(
  fetch: typeof globalThis.fetch,
  endpoint: string,
  onGrant: (granted: Granted, file: FileDescription) => void,
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

function report(
  request: string,
  response: string,
  onGrant: (granted: Granted, file: FileDescription) => void,
): void {
  try {
    const { rule, files }: CreateRequest = JSON.parse(request)
    const { uploads }: CreateResponse = JSON.parse(response)
    for (const [index, upload] of uploads.entries()) {
      const file = files[index]
      if (file && 'strategy' in upload) {
        onGrant({ grant: upload, waybill: readWaybill(file, upload), rule }, file)
      }
    }
  } catch {
    // The uploader reads the same response, and reports what is wrong with it.
  }
}
