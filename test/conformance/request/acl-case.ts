/**
 * Requests about ACLs, in buckets that have them.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { childOf, childrenOf, textOf } from 'waybill-s3/internal/xml'
import type { System } from '../system.ts'
import { putBlock } from './policy-case.ts'
import type { RawRequest, Reply } from './raw-request.ts'

export const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers'
export const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery'

export const putOwnership = (system: System, ...settings: readonly string[]) => {
  const rules = settings.map((each) => `<Rule><ObjectOwnership>${each}</ObjectOwnership></Rule>`)
  const body = `<OwnershipControls>${rules.join('')}</OwnershipControls>`
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') }
  return system.signed({ method: 'PUT', query: { ownershipControls: '' }, body, headers })
}

/** Enables ACLs, and lets them be public. */
export async function open(system: System): Promise<void> {
  await system.expect(200, await putOwnership(system, 'ObjectWriter'))
  await system.expect(200, await putBlock(system, false))
}

/** @param key - Without one, it is the ACL of the bucket. */
export const putAcl = (
  system: System,
  { key, body, ...headers }: { key?: string; body?: string; [header: string]: string | undefined },
) => {
  const sent = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return system.signed({
    method: 'PUT',
    ...(key === undefined ? {} : { key }),
    query: { acl: '' },
    headers: {
      ...Object.fromEntries(sent),
      ...(body === undefined
        ? {}
        : { 'content-md5': createHash('md5').update(body).digest('base64') }),
    },
    ...(body === undefined ? {} : { body }),
  })
}

export const getAcl = (system: System, key?: string) =>
  system.signed({ ...(key === undefined ? {} : { key }), query: { acl: '' } })

/** @returns For example `owner FULL_CONTROL, AllUsers READ`. */
function grantsOf({ xml }: Reply): string {
  const owner = xml && childOf(xml, 'Owner')
  const list = xml && childOf(xml, 'AccessControlList')
  const grants = (list ? childrenOf(list, 'Grant') : []).map((grant) => {
    const grantee = childOf(grant, 'Grantee')
    const id = grantee && textOf(grantee, 'ID')
    const uri = (grantee && textOf(grantee, 'URI')) ?? ''
    const isOwner = id !== undefined && owner && id === textOf(owner, 'ID')
    return `${isOwner ? 'owner' : (id ?? uri.replace(/^.*\//, ''))} ${textOf(grant, 'Permission')}`
  })
  return grants.join(', ')
}

export const grantsAre = (wanted: string, key?: string) => async (system: System) => {
  const grants = grantsOf(await system.expect(200, await getAcl(system, key)))
  return grants === wanted ? undefined : `grants are ${grants}, expected ${wanted}`
}

/** The id of the account that owns the bucket. */
export async function ownerId(system: System): Promise<string> {
  const { xml } = await system.expect(200, await getAcl(system))
  const owner = xml && childOf(xml, 'Owner')
  return (owner && textOf(owner, 'ID')) ?? ''
}

export const unsigned = (
  system: System,
  {
    method = 'GET',
    key = '',
    query = '',
    body,
    ...headers
  }: {
    method?: string
    key?: string
    query?: string
    body?: string
    [header: string]: string | undefined
  } = {},
): RawRequest => ({
  method,
  path: `/${system.bucket}${key && `/${key}`}${query && `?${query}`}`,
  headers: {
    host: system.host,
    ...Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    ),
  },
  ...(body === undefined ? {} : { body: Buffer.from(body) }),
})

export interface GrantXml {
  readonly type?: string
  readonly id?: string
  readonly uri?: string
  readonly permission: string
}

export function aclDocument(owner: string | undefined, grants: readonly GrantXml[]): string {
  const list = grants.map(({ type, id, uri, permission }) => {
    const attribute = type === undefined ? '' : ` xsi:type="${type}"`
    const grantee = (id === undefined ? '' : `<ID>${id}</ID>`) + (uri ? `<URI>${uri}</URI>` : '')
    return `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"${attribute}>${grantee}</Grantee><Permission>${permission}</Permission></Grant>`
  })
  const owned = owner === undefined ? '' : `<Owner><ID>${owner}</ID></Owner>`
  return `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${owned}<AccessControlList>${list.join('')}</AccessControlList></AccessControlPolicy>`
}
