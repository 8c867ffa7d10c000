/**
 * The owner of waybills of version 1: the subject of a token alone, where it is `<iss>#<sub>`
 * today. Uploads that were under way at the upgrade can go on until their waybills expire.
 *
 * @module
 */

import type { PublicAuthorization } from '../../protocol/authorization.ts'
import type { Waybill } from '../waybill/waybill.ts'

/** These names are kept outside of the authorization, so that an application cannot return one. */
const FORMER_OWNERS = new WeakMap<PublicAuthorization, string | undefined>()

/**
 * Remembers the name that an owner has in waybills of version 1.
 *
 * @param authorization - Of a caller who was verified under that name by the issuer of the setting.
 * @param owner - `undefined` when there is no such name.
 */
export function rememberFormerOwner(
  authorization: PublicAuthorization,
  owner: string | undefined,
): void {
  FORMER_OWNERS.set(authorization, owner)
}

/** Tells whether an upload belongs to the caller. */
export function isOwner(authorization: PublicAuthorization, waybill: Waybill): boolean {
  if (authorization.owner === waybill.owner) return true
  // Waybills of version 1 do not say when they were granted.
  if (waybill.grantedAt !== undefined) return false
  const former = FORMER_OWNERS.get(authorization)
  return former !== undefined && former === waybill.owner
}
