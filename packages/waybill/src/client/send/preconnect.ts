/**
 * Adds hints to a page for the connections that uploads will need. A hint costs no request.
 *
 * @module
 */

import type { UploaderOptions } from '../uploader-options.ts'

/** The options that name the hosts. */
export type Wanted = Pick<UploaderOptions, 'endpoint' | 'credentials' | 'storageOrigins'>

/** Hints at the signer and at each of `storageOrigins`. Never rejects. */
export async function preconnect({
  endpoint,
  credentials,
  storageOrigins = [],
}: Wanted): Promise<void> {
  const hints = storageOrigins.map((origin) => hint(origin, 'omit'))
  await Promise.allSettled([hint(endpoint, credentials), ...hints])
}

/** Browsers keep connections with cookies apart from those without. */
async function hint(url: string, credentials?: RequestCredentials): Promise<void> {
  const { origin } = new URL(url, document.baseURI)
  const isOwn = origin === location.origin && credentials !== 'omit'
  const link = document.createElement('link')
  link.rel = 'preconnect'
  link.href = origin
  link.crossOrigin = isOwn || credentials === 'include' ? 'use-credentials' : 'anonymous'
  document.head.append(link)
  link.remove()
}
