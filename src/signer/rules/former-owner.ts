/**
 * Owners as the first version of waybills names them: the bare subject of a token, where it is `<iss>#<sub>` now.
 * Uploads that were under way at the upgrade go on with it until their waybills expire.
 *
 * @module
 */

import type { PublicAuthorization } from '../../protocol/index.ts'
import type { Waybill } from '../waybill/waybill.ts'

/** Beside the authorization and not in it: what an application returns can claim no such name. */
const FORMER_OWNERS = new WeakMap<PublicAuthorization, string>()

/**
 * Says under which name an owner stood in waybills of version 1.
 *
 * @param authorization - Of a caller who was verified under that name, by the one issuer that there was.
 */
export function rememberFormerOwner(authorization: PublicAuthorization, owner: string): void {
  FORMER_OWNERS.set(authorization, owner)
}

/** @returns Whether an upload is the caller's. */
export function isOwner(authorization: PublicAuthorization, waybill: Waybill): boolean {
  if (authorization.owner === waybill.owner) return true
  // Waybills of version 1 do not say when they were granted.
  if (waybill.grantedAt !== undefined) return false
  const former = FORMER_OWNERS.get(authorization)
  return former !== undefined && former === waybill.owner
}
