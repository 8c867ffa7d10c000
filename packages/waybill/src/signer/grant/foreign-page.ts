/**
 * Prevents pages of other sites from using up a visitor's quota by requesting forms they cannot
 * even read.
 *
 * `GET B` is the only call that changes something without a preflight: a link, an image or a
 * `no-cors` fetch can trigger it, with the visitor's cookies.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
 * @module
 */

import { show } from '../../protocol/json-value.ts'
import type { SignerRequest } from '../../protocol/signer-request.ts'
import { UploadError } from '../../protocol/upload-error.ts'

/** The `fetch` modes whose response the page can read. Links have `navigate`. */
const READABLE_MODES = ['cors', 'same-origin']
/** `none` means that no page caused the request, but for example a browser extension. */
const OWN_SITES = ['same-origin', 'none']

/**
 * Refuses a request for a form unless it comes from the signer's own pages or from an allowed
 * origin. Clients without `Sec-Fetch-*` headers pass: programs, and browsers from before 2023.
 *
 * @param originIsAllowed - Whether the request's `Origin` is in `allowedOrigins`.
 * @throws {UploadError} `FORBIDDEN` if it is not a `fetch`, `ORIGIN_NOT_ALLOWED` for other pages.
 */
export function refuseForeignPage(
  { headers }: Pick<SignerRequest, 'headers'>,
  originIsAllowed: boolean,
): void {
  const { origin, 'sec-fetch-mode': mode, 'sec-fetch-site': site } = headers
  if (mode !== undefined && !READABLE_MODES.includes(mode)) {
    throw new UploadError(
      'FORBIDDEN',
      `sec-fetch-mode is ${show(mode)}: forms are signed for fetch(), not for links, images or the address bar`,
    )
  }
  if (site === undefined || originIsAllowed || OWN_SITES.includes(site)) return
  throw new UploadError(
    'ORIGIN_NOT_ALLOWED',
    `sec-fetch-site is ${show(site)} and origin is ${show(origin)}: forms are signed for the signer's own pages and for allowedOrigins`,
  )
}
