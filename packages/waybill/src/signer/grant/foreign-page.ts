/**
 * Keeps pages of other sites from using up a visitor's quota with forms that they cannot read.
 *
 * `GET B` is the only call that changes something and needs no preflight: a link, an image or a
 * `no-cors` fetch can make it, with the visitor's cookies.
 *
 * @see https://www.w3.org/TR/fetch-metadata/
 * @module
 */

import { show } from '../../protocol/json-value.ts'
import type { SignerRequest } from '../../protocol/signer-request.ts'
import { UploadError } from '../../protocol/upload-error.ts'

/** The modes of `fetch` whose response the page can read. Links have `navigate`. */
const READABLE_MODES = ['cors', 'same-origin']
/** `none` is a request that no page has caused, such as one of an extension. */
const OWN_SITES = ['same-origin', 'none']

/**
 * Refuses a request for a form that a browser did not send for the signer's own pages or for those
 * of an allowed origin. Clients that send no `Sec-Fetch-*` headers pass: programs, and browsers
 * from before 2023.
 *
 * @param originIsAllowed - Whether the request's `Origin` is among `allowedOrigins`.
 * @throws {UploadError} `FORBIDDEN` for what is no `fetch`, `ORIGIN_NOT_ALLOWED` for other pages.
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
