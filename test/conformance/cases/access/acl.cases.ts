/**
 * ACLs in buckets that have them: what they say, and whom they let in.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { type Case, following, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import {
  ALL_USERS,
  aclDocument,
  type GrantXml,
  getAcl,
  grantsAre,
  LOG_DELIVERY,
  open,
  ownerId,
  putAcl,
  putOwnership,
  unsigned,
} from '../../request/acl-case.ts'
import { policyText, putBlock, putPolicy } from '../../request/policy-case.ts'
import type { RawRequest } from '../../request/raw-request.ts'
import { twoVersions } from '../../request/version-case.ts'
import type { System } from '../../system.ts'

const RECORDED = PAGES.recorded('test_s3')
const ACLS = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html'
const BLOCK =
  'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html'
const OTHER = '0'.repeat(64)

const CANNED = [
  ['private', 'owner FULL_CONTROL'],
  ['public-read', 'owner FULL_CONTROL, AllUsers READ'],
  ['public-read-write', 'owner FULL_CONTROL, AllUsers READ, AllUsers WRITE'],
  ['authenticated-read', 'owner FULL_CONTROL, AuthenticatedUsers READ'],
] as const

const opened =
  (request: (system: System) => Promise<RawRequest> | RawRequest) => async (system: System) => {
    await open(system)
    return request(system)
  }

/** The requests that take an ACL in a header, or a field. All write the system's key. */
const WRITES: Readonly<Record<string, (system: System, acl: string) => Promise<RawRequest>>> = {
  PutObject: (system, acl) =>
    system.signed({ method: 'PUT', key: system.key, body: 'x', headers: { 'x-amz-acl': acl } }),
  CopyObject: async (system, acl) => {
    await system.put('source', 'x', { 'x-amz-acl': 'authenticated-read' })
    const headers = { 'x-amz-acl': acl, 'x-amz-copy-source': `${system.bucket}/source` }
    return system.signed({ method: 'PUT', key: system.key, headers })
  },
  CompleteMultipartUpload: async (system, acl) => {
    const uploadId = await system.createUpload({ 'x-amz-acl': acl })
    const etag = await system.uploadPart(uploadId, 1, 'x')
    return system.complete(uploadId, [[1, etag]])
  },
  PutObjectAcl: async (system, acl) => {
    await system.put(system.key, 'x')
    return putAcl(system, { key: system.key, 'x-amz-acl': acl })
  },
  'POST Object': (system, acl) => system.form({ fields: { acl } }),
}

const SETS: readonly Case[] = [
  ...Object.entries(WRITES).flatMap(([operation, request]) =>
    [...CANNED, ['bucket-owner-full-control', 'owner FULL_CONTROL'] as const].map(
      ([acl, grants]): Case => ({
        title: `accepts the ACL ${acl} in ${operation}`,
        see: RECORDED,
        request: opened((system) => request(system, acl)),
        status: operation === 'POST Object' ? 204 : 200,
        effect: async (system) => grantsAre(grants, system.key)(system),
      }),
    ),
  ),
  ...[
    ...CANNED,
    ['log-delivery-write', 'owner FULL_CONTROL, LogDelivery WRITE, LogDelivery READ_ACP'] as const,
  ].map(
    ([acl, grants]): Case => ({
      title: `accepts the ACL ${acl} of a bucket`,
      see: ACLS,
      request: opened((system) => putAcl(system, { 'x-amz-acl': acl })),
      effect: grantsAre(grants),
    }),
  ),
  {
    title: 'accepts grants in headers, which replace the ACL',
    see: RECORDED,
    request: opened((system) =>
      putAcl(system, {
        'x-amz-grant-read': `uri="${LOG_DELIVERY}", id=${OTHER}`,
        'x-amz-grant-write-acp': `id="${OTHER}"`,
      }),
    ),
    effect: grantsAre(`LogDelivery READ, ${OTHER} READ, ${OTHER} WRITE_ACP`),
  },
  ...[undefined, 'object'].map(
    (key): Case => ({
      title: `accepts an ACL document for ${key ?? 'a bucket'}`,
      see: RECORDED,
      request: opened(async (system) => {
        await system.put('object', 'x')
        const owner = await ownerId(system)
        const body = aclDocument(owner, [
          { type: 'CanonicalUser', id: owner, permission: 'FULL_CONTROL' },
          { type: 'Group', uri: LOG_DELIVERY, permission: 'WRITE' },
        ])
        return putAcl(system, { ...(key ? { key } : {}), body })
      }),
      effect: grantsAre('owner FULL_CONTROL, LogDelivery WRITE', key),
    }),
  ),
  {
    title: "accepts an ACL without grants, which leaves the owner's access",
    see: 'https://github.com/ceph/s3-tests/blob/master/s3tests/functional/test_s3.py#test_bucket_acl_revoke_all',
    request: opened(async (system) =>
      putAcl(system, { body: aclDocument(await ownerId(system), []) }),
    ),
    effect: grantsAre(''),
  },
  {
    title: 'returns a group and a user with their types',
    see: PAGES.api('GetBucketAcl'),
    request: opened(async (system) => {
      await system.expect(200, await putAcl(system, { 'x-amz-acl': 'public-read' }))
      return getAcl(system)
    }),
    body: /xsi:type="CanonicalUser"><ID>[0-9a-f]{64}<.*<Grantee xmlns:xsi="http:\/\/www\.w3\.org\/2001\/XMLSchema-instance" xsi:type="Group"><URI>http:\/\/acs\.amazonaws\.com\/groups\/global\/AllUsers<\/URI><\/Grantee><Permission>READ</,
  },
  {
    title: "does not copy the source's ACL",
    see: PAGES.api('CopyObject'),
    request: opened(async (system) => {
      await system.put('source', 'x', { 'x-amz-acl': 'public-read' })
      const headers = { 'x-amz-copy-source': `${system.bucket}/source` }
      return system.signed({ method: 'PUT', key: system.key, headers })
    }),
    effect: async (system) => grantsAre('owner FULL_CONTROL', system.key)(system),
  },
  {
    title: 'does not keep the ACL of an overwritten object',
    see: PAGES.api('PutObject'),
    request: opened(async (system) => {
      await system.put('a', 'x', { 'x-amz-acl': 'public-read' })
      return system.signed({ method: 'PUT', key: 'a', body: 'y' })
    }),
    effect: grantsAre('owner FULL_CONTROL', 'a'),
  },
  {
    title: 'sets the ACL of one version',
    see: PAGES.api('PutObjectAcl'),
    request: opened(async (system) => {
      const [first] = await twoVersions(system)
      const headers = { 'x-amz-acl': 'public-read' }
      const query = { acl: '', versionId: first }
      await system.expectReply(200, { method: 'PUT', key: system.key, query, headers })
      return system.signed({ key: system.key, query })
    }),
    body: /AllUsers/,
    effect: async (system) => grantsAre('owner FULL_CONTROL', system.key)(system),
  },
  {
    title: 'resets the ACL of a bucket that is created again',
    see: PAGES.api('CreateBucket'),
    request: opened(async (system) => {
      await system.expect(200, await putAcl(system, { 'x-amz-acl': 'public-read' }))
      const headers = { 'x-amz-object-ownership': 'ObjectWriter' }
      return system.signed({ method: 'PUT', headers })
    }),
    effect: grantsAre('owner FULL_CONTROL'),
  },
]

const REFUSED = following(RECORDED, [
  ...(
    [
      [
        { 'x-amz-acl': 'fake-acl' },
        'InvalidArgument',
        /<Message\/><ArgumentName>x-amz-acl<\/ArgumentName><ArgumentValue>fake-acl</,
      ],
      [
        { 'x-amz-grant-write': 'uri="http://acs.amazonaws.com/groups/s3/FakeGroup"' },
        'InvalidArgument',
        /Invalid group uri<\/Message><ArgumentName>uri</,
      ],
      [
        { 'x-amz-grant-write': 'fakekey="1234"' },
        'InvalidArgument',
        /Argument format not recognized<\/Message><ArgumentName>x-amz-grant-write<\/ArgumentName><ArgumentValue>fakekey=&quot;1234&quot;</,
      ],
      [
        { 'x-amz-grant-write': 'id="wrong-id"' },
        'InvalidArgument',
        /Invalid id<\/Message><ArgumentName>id<\/ArgumentName><ArgumentValue>wrong-id</,
      ],
      [
        { 'x-amz-acl': 'private', 'x-amz-grant-read': `uri="${LOG_DELIVERY}"` },
        'InvalidRequest',
        /Specifying both Canned ACLs and Header Grants is not allowed/,
      ],
      [{}, 'MissingSecurityHeader', /<MissingHeaderName>x-amz-acl</],
    ] as const
  ).flatMap(([headers, code, body]) =>
    [undefined, 'object'].map(
      (key): Case => ({
        // These are refused before anybody asks whether the bucket has ACLs.
        title: `refuses ${JSON.stringify(headers)} as the ACL of ${key ?? 'a bucket'}`,
        see: RECORDED,
        request: async (system) => {
          await system.put('object', 'x')
          return putAcl(system, { ...(key ? { key } : {}), ...headers })
        },
        status: `400 ${code}`,
        body,
      }),
    ),
  ),
  ...(
    [
      [
        'without an owner',
        false,
        [{ type: 'Group', uri: LOG_DELIVERY, permission: 'WRITE' }],
        'MalformedACLError',
      ],
      [
        'with an unknown permission',
        true,
        [{ type: 'Group', uri: LOG_DELIVERY, permission: 'WRONG' }],
        'MalformedACLError',
      ],
      [
        'with an unknown group',
        true,
        [
          {
            type: 'Group',
            uri: 'http://acs.amazonaws.com/groups/s3/FakeGroup',
            permission: 'READ',
          },
        ],
        'InvalidArgument',
      ],
      [
        'with a malformed id',
        true,
        [{ type: 'CanonicalUser', id: 'wrong-id', permission: 'READ' }],
        'InvalidArgument',
      ],
      [
        'with an unknown grantee type',
        true,
        [{ type: 'BadType', id: 'wrong-id', permission: 'READ' }],
        'MalformedACLError',
      ],
      ['without a grantee type', true, [{ id: OTHER, permission: 'READ' }], 'MalformedACLError'],
    ] as const
  ).map(
    ([what, owned, grants, code]): Case => ({
      title: `refuses an ACL document ${what}`,
      see: RECORDED,
      request: opened(async (system) => {
        const owner = owned ? await ownerId(system) : undefined
        return putAcl(system, { body: aclDocument(owner, grants as readonly GrantXml[]) })
      }),
      status: `400 ${code}`,
      effect: grantsAre('owner FULL_CONTROL'),
    }),
  ),
  {
    title: 'refuses an ACL document with a malformed owner',
    request: opened((system) => putAcl(system, { body: aclDocument('wrong-id', []) })),
    status: '400 InvalidArgument',
    body: /Invalid id<\/Message><ArgumentName>CanonicalUser\/ID</,
  },
  {
    title: 'refuses an ACL document with another owner',
    see: PAGES.api('PutBucketAcl'),
    request: opened((system) => putAcl(system, { body: aclDocument(OTHER, []) })),
    status: '403 AccessDenied',
  },
  {
    title: 'refuses an ACL both in a header and as a document',
    request: opened(async (system) =>
      putAcl(system, { 'x-amz-acl': 'private', body: aclDocument(await ownerId(system), []) }),
    ),
    status: '400 UnexpectedContent',
  },
  {
    title: 'refuses a grant to an e-mail address, since October 2025',
    see: PAGES.api('PutBucketAcl'),
    request: opened((system) =>
      putAcl(system, { 'x-amz-grant-read': 'emailAddress="a@example.com"' }),
    ),
    status: '405 MethodNotAllowed',
  },
  {
    title: 'stores no object with an unknown ACL',
    request: (system) =>
      system.signed({
        method: 'PUT',
        key: system.key,
        body: 'x',
        headers: { 'x-amz-acl': 'fake' },
      }),
    status: '400 InvalidArgument',
    effect: storedNothing,
  },
])

/** ACLs are on, and public access is blocked, as in a new bucket. */
const BLOCKED: readonly Case[] = [
  ...['public-read', 'public-read-write', 'authenticated-read'].flatMap((acl): readonly Case[] => [
    ...Object.entries(WRITES)
      .filter(
        ([operation]) => operation !== 'CompleteMultipartUpload' && operation !== 'CopyObject',
      )
      .map(
        ([operation, request]): Case => ({
          title: `refuses the ACL ${acl} in ${operation} while public ACLs are blocked`,
          see: BLOCK,
          request: async (system) => {
            await system.expect(200, await putOwnership(system, 'ObjectWriter'))
            return request(system, acl)
          },
          status: '403 AccessDenied',
        }),
      ),
    {
      title: `refuses the ACL ${acl} of a bucket while public ACLs are blocked`,
      see: BLOCK,
      request: async (system) => {
        await system.expect(200, await putOwnership(system, 'ObjectWriter'))
        return putAcl(system, { 'x-amz-acl': acl })
      },
      status: '403 AccessDenied',
    },
  ]),
  {
    title: 'accepts a grant to LogDelivery, which is not public, while public ACLs are blocked',
    see: BLOCK,
    request: async (system) => {
      await system.expect(200, await putOwnership(system, 'ObjectWriter'))
      return putAcl(system, { 'x-amz-acl': 'log-delivery-write' })
    },
  },
  {
    title: 'ignores a public ACL while public ACLs are ignored',
    see: BLOCK,
    request: opened(async (system) => {
      await system.put('a', 'x', { 'x-amz-acl': 'public-read' })
      await system.expect(200, await putBlock(system, true))
      return unsigned(system, { key: 'a' })
    }),
    status: '403 AccessDenied',
  },
]

/** Puts the objects `public` and `private`, and asks without a signature. */
const asked = (
  title: string,
  bucketAcl: string,
  ask: Parameters<typeof unsigned>[1],
  status: number,
  more: Partial<Case> = {},
): Case => ({
  title: `${status < 300 ? 'lets everybody' : 'lets nobody'} ${title} when the bucket is ${bucketAcl}`,
  see: ACLS,
  request: opened(async (system) => {
    await system.put('public', 'x', { 'x-amz-acl': 'public-read' })
    await system.put('private', 'x')
    await system.expect(200, await putAcl(system, { 'x-amz-acl': bucketAcl }))
    return unsigned(system, ask)
  }),
  status: status === 403 && ask?.method !== 'HEAD' ? '403 AccessDenied' : status,
  ...more,
})

const ANONYMOUS = following(ACLS, [
  asked('read a public object', 'private', { key: 'public' }, 200, { body: 'x' }),
  asked('send HEAD for a public object', 'private', { method: 'HEAD', key: 'public' }, 200),
  asked('read a private object', 'private', { key: 'private' }, 403),
  asked('read a private object', 'public-read-write', { key: 'private' }, 403),
  asked('read the ACL of a public object', 'public-read', { key: 'public', query: 'acl' }, 403),
  asked(
    'read the tags of a public object',
    'public-read',
    { key: 'public', query: 'tagging' },
    403,
  ),
  asked('list', 'private', {}, 403),
  asked('list', 'public-read', { query: 'list-type=2' }, 200, { body: /<Key>private</ }),
  asked('list versions', 'public-read', { query: 'versions' }, 200),
  asked('read the ACL', 'public-read', { query: 'acl' }, 403),
  asked('read the policy', 'public-read-write', { query: 'policy' }, 403),
  asked('write', 'public-read', { method: 'PUT', key: 'new', body: 'y' }, 403),
  asked('write', 'public-read-write', { method: 'PUT', key: 'new', body: 'y' }, 200),
  asked(
    'overwrite an object',
    'public-read-write',
    { method: 'PUT', key: 'private', body: 'y' },
    200,
  ),
  asked('delete', 'public-read-write', { method: 'DELETE', key: 'public' }, 403),
  asked(
    'set the ACL of an object',
    'public-read-write',
    { method: 'PUT', key: 'private', query: 'acl', 'x-amz-acl': 'public-read' },
    403,
  ),
  asked(
    'set the ACL of a new object',
    'public-read-write',
    { method: 'PUT', key: 'new', body: 'y', 'x-amz-acl': 'public-read' },
    200,
    { effect: grantsAre('owner FULL_CONTROL, AllUsers READ', 'new') },
  ),
  asked('learn that an object is missing', 'private', { key: 'missing' }, 403),
  asked('learn that an object is missing', 'public-read', { key: 'missing' }, 404, {
    status: '404 NoSuchKey',
  }),
  {
    title: 'admits nobody without a signature under the ACL authenticated-read',
    request: opened(async (system) => {
      await system.put('a', 'x', { 'x-amz-acl': 'authenticated-read' })
      return unsigned(system, { key: 'a' })
    }),
    status: '403 AccessDenied',
  },
  {
    title: 'denies access if the bucket policy denies what an ACL allows',
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html',
    request: opened(async (system) => {
      await system.put('a', 'x', { 'x-amz-acl': 'public-read' })
      const deny = { Effect: 'Deny', Action: 's3:GetObject' } as const
      await system.expect(204, await putPolicy(system, policyText(system, deny)))
      return unsigned(system, { key: 'a' })
    }),
    status: '403 AccessDenied',
  },
  {
    title: "ignores a form's ACL in an unsigned header",
    request: opened(async (system) => {
      const raw = await system.presigned({ method: 'PUT', key: 'a', body: 'x' })
      return { ...raw, headers: { ...raw.headers, acl: 'public-read' } }
    }),
    effect: grantsAre('owner FULL_CONTROL', 'a'),
  },
  {
    title: 'needs the permission PutObjectAcl to write an object with an ACL',
    see: PAGES.api('PutObject'),
    request: opened(async (system) => {
      const deny = { Effect: 'Deny', Action: 's3:PutObjectAcl' } as const
      await system.expect(204, await putPolicy(system, policyText(system, deny)))
      return WRITES.PutObject?.(system, 'private') ?? unsigned(system)
    }),
    status: '403 AccessDenied',
    effect: storedNothing,
  },
  {
    title: 'grants everybody the permissions of the AllUsers group',
    request: opened(async (system) => {
      await system.put('a', 'x')
      const grant = { key: 'a', 'x-amz-grant-read-acp': `uri=${ALL_USERS}` }
      await system.expect(200, await putAcl(system, grant))
      return unsigned(system, { key: 'a', query: 'acl' })
    }),
    body: /READ_ACP/,
  },
  {
    title: 'lets everyone delete an unsigned upload if everyone can write',
    see: RECORDED,
    request: opened(async (system) => {
      await system.expect(200, await putAcl(system, { 'x-amz-acl': 'public-read-write' }))
      await system.expect(200, unsigned(system, { method: 'PUT', key: 'a', body: 'x' }))
      await system.put('b', 'x')
      const keys = ['a', 'b'].map((key) => `<Object><Key>${key}</Key></Object>`)
      const body = `<Delete>${keys.join('')}</Delete>`
      const md5 = createHash('md5').update(body).digest('base64')
      return unsigned(system, { method: 'POST', query: 'delete', body, 'content-md5': md5 })
    }),
    body: /<Deleted><Key>a<\/Key><\/Deleted><Error><Key>b<\/Key><Code>AccessDenied</,
  },
])

export const ACL: readonly Case[] = [...SETS, ...REFUSED, ...BLOCKED, ...ANONYMOUS]
