/**
 * Object ownership: whether a bucket has ACLs.
 *
 * @module
 */

import { type Case, following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { grantsAre, open, putAcl, putOwnership } from '../../request/acl-case.ts'
import type { System } from '../../system.ts'

const RECORDED = PAGES.recorded('test_s3_api')

const getOwnership = (system: System) => system.signed({ query: { ownershipControls: '' } })

const deleteOwnership = (system: System) =>
  system.signed({ method: 'DELETE', query: { ownershipControls: '' } })

const ownershipIs = (wanted: string) => async (system: System) => {
  const { body } = await system.expect(200, await getOwnership(system))
  const found = /<ObjectOwnership>(\w+)</.exec(body.toString())?.[1]
  return found === wanted ? undefined : `ownership is ${found}, expected ${wanted}`
}

const created = (headers: Record<string, string>) => (system: System) =>
  system.signed({ method: 'PUT', path: `/${system.bucket}-more`, headers })

export const OWNERSHIP = following(RECORDED, [
  {
    title: "reports that a new bucket's owner owns every object",
    request: getOwnership,
    body: /<OwnershipControls [^>]*><Rule><ObjectOwnership>BucketOwnerEnforced<\/ObjectOwnership><\/Rule><\/OwnershipControls>/,
  },
  ...['ObjectWriter', 'BucketOwnerPreferred', 'BucketOwnerEnforced'].flatMap(
    (setting): readonly Case[] => [
      {
        title: `sets the ownership ${setting}`,
        see: RECORDED,
        request: (system) => putOwnership(system, setting),
        effect: ownershipIs(setting),
      },
      {
        title: `creates a bucket with the ownership ${setting}`,
        see: RECORDED,
        request: created({ 'x-amz-object-ownership': setting }),
      },
    ],
  ),
  ...[['BucketOwnerPreferred', 'ObjectWriter'], ['RandomValue'], []].map(
    (settings): Case => ({
      title: `refuses the ownership [${settings.join(', ')}]`,
      see: RECORDED,
      request: (system) => putOwnership(system, ...settings),
      status: '400 MalformedXML',
    }),
  ),
  ...['RandomValue', ''].map(
    (setting): Case => ({
      title: `creates no bucket with the ownership '${setting}'`,
      see: RECORDED,
      request: created({ 'x-amz-object-ownership': setting }),
      status: '400 InvalidArgument',
      body: new RegExp(
        `<Message>Invalid x-amz-object-ownership header: ${setting}</Message><ArgumentName>x-amz-object-ownership<`,
      ),
    }),
  ),
  {
    title: 'deletes the ownership controls',
    request: deleteOwnership,
    status: 204,
    effect: async (system) => {
      const { status, code } = await system.send(await getOwnership(system))
      return status === 404 && code === 'OwnershipControlsNotFoundError'
        ? undefined
        : `GetBucketOwnershipControls answers ${status} ${code}`
    },
  },
  {
    title: 'succeeds when there are no ownership controls to delete',
    request: async (system) => {
      await system.expect(204, await deleteOwnership(system))
      return deleteOwnership(system)
    },
    status: 204,
  },
  {
    title: 'enables ACLs without ownership controls',
    see: PAGES.ownership,
    request: async (system) => {
      await system.expect(204, await deleteOwnership(system))
      return putAcl(system, { 'x-amz-acl': 'private' })
    },
  },
  {
    title: 'disables ACLs only if nobody else has access to the bucket',
    see: PAGES.api('PutBucketOwnershipControls'),
    request: async (system) => {
      await open(system)
      await system.expect(200, await putAcl(system, { 'x-amz-acl': 'public-read' }))
      return putOwnership(system, 'BucketOwnerEnforced')
    },
    status: '400 InvalidBucketAclWithObjectOwnership',
    effect: ownershipIs('ObjectWriter'),
  },
  {
    title: "remembers an object's ACL while ACLs are disabled",
    see: PAGES.ownership,
    request: async (system) => {
      await open(system)
      await system.put('a', 'x', { 'x-amz-acl': 'public-read' })
      await system.expect(200, await putOwnership(system, 'BucketOwnerEnforced'))
      const off = await grantsAre('owner FULL_CONTROL', 'a')(system)
      if (off !== undefined) throw new Error(off)
      return putOwnership(system, 'BucketOwnerPreferred')
    },
    effect: grantsAre('owner FULL_CONTROL, AllUsers READ', 'a'),
  },
  {
    title: 'creates no bucket with a public ACL, because public access is blocked by default',
    see: 'https://github.com/aws/aws-sdk/issues/565',
    request: created({ 'x-amz-object-ownership': 'ObjectWriter', 'x-amz-acl': 'public-read' }),
    status: '400 InvalidBucketAclWithBlockPublicAccessError',
    body: /Bucket cannot have public ACLs set with BlockPublicAccess enabled/,
  },
  {
    title: 'creates a bucket with ACLs enabled and the ACL private',
    see: PAGES.api('CreateBucket'),
    request: created({ 'x-amz-object-ownership': 'ObjectWriter', 'x-amz-acl': 'private' }),
  },
])
