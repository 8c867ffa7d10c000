import type { SignerRequest } from '../../protocol/authorization.ts'
import { show } from '../../protocol/json-value.ts'
import { UploadError } from '../../protocol/upload-error.ts'

/** The `fetch` modes in which a page can read the response. Links have the mode `navigate`. */
const READABLE_MODES = ['cors', 'same-origin']
/** `none` means that no page caused the request; a browser extension may have. */
const OWN_SITES = ['same-origin', 'none']

/**
 * Rejects a request for a form unless it comes from the signer's own pages or from an allowed
 * origin. Requests without `Sec-Fetch-*` headers are accepted, because they come from programs or
 * from browsers released before 2023.
 *
 * @param originIsAllowed - Whether the request's `Origin` is in `allowedOrigins`.
 * @throws {UploadError} `FORBIDDEN` if the request was not made with `fetch`, `ORIGIN_NOT_ALLOWED`
 *   if it comes from another site's page.
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
