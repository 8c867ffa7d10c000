/**
 * Who owns a bucket and its objects: ACLs, which are off, and the owner that a client expects.
 *
 * @module
 */

import { childOf, textOf } from 'waybill-s3/internal/xml'
import { type Case, following, storedNothing } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import type { RawRequest } from '../../request/raw-request.ts'
import type { System } from '../../system.ts'

const EXPECTED = 'x-amz-expected-bucket-owner'
const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery'

const created =
  (headers: Record<string, string>) =>
  (system: System): Promise<RawRequest> =>
    system.signed({ method: 'PUT', path: `/${system.bucket}-more`, headers })

const OWNER_ONLY =
  /<AccessControlPolicy [^>]*><Owner><ID>([0-9a-f]{64})<\/ID><\/Owner><AccessControlList><Grant><Grantee xmlns:xsi="http:\/\/www\.w3\.org\/2001\/XMLSchema-instance" xsi:type="CanonicalUser"><ID>\1<\/ID><\/Grantee><Permission>FULL_CONTROL<\/Permission><\/Grant><\/AccessControlList>/

type Headers = Record<string, string>

const writeObject = (system: System, headers: Headers) =>
  system.signed({ method: 'PUT', key: system.key, body: 'x', headers })

const createUpload = (system: System, headers: Headers) =>
  system.signed({ method: 'POST', key: system.key, query: { uploads: '' }, headers })

const WRITES: Readonly<Record<string, (system: System, headers: Headers) => Promise<RawRequest>>> =
  {
    PutObject: writeObject,
    CopyObject: (system, headers) => {
      const source = { 'x-amz-copy-source': `${system.bucket}/source` }
      return system.signed({ method: 'PUT', key: system.key, headers: { ...source, ...headers } })
    },
    CreateMultipartUpload: createUpload,
  }

const setAcl = async (system: System, headers: Headers, key?: string) => {
  if (key !== undefined) await system.put(key, 'x')
  return system.signed({ method: 'PUT', ...(key && { key }), query: { acl: '' }, headers })
}

/** The id of the account that owns the bucket. */
async function ownerId(system: System): Promise<string> {
  const { xml } = await system.expectReply(200, { query: { acl: '' } })
  const owner = xml && childOf(xml, 'Owner')
  return (owner && textOf(owner, 'ID')) ?? ''
}

const setAclDocument = async (system: System, headers: Headers = {}) => {
  const owner = `<Owner><ID>${await ownerId(system)}</ID></Owner>`
  const body = `<AccessControlPolicy>${owner}<AccessControlList/></AccessControlPolicy>`
  return system.signed({ method: 'PUT', query: { acl: '' }, headers, body, md5: true })
}

const OWNERS_ONLY: readonly (readonly [string, (owner: string) => Headers])[] = [
  ['the ACL private', () => ({ 'x-amz-acl': 'private' })],
  ['the ACL bucket-owner-read', () => ({ 'x-amz-acl': 'bucket-owner-read' })],
  ['full control for the owner', (owner) => ({ 'x-amz-grant-full-control': `id="${owner}"` })],
]

const ACLS: readonly Case[] = [
  ...[undefined, 'private'].map(
    (acl): Case => ({
      title: `creates a bucket with the ACL ${acl}`,
      see: PAGES.api('CreateBucket'),
      request: created(acl === undefined ? {} : { 'x-amz-acl': acl }),
    }),
  ),
  ...(
    [
      ['the ACL public-read', { 'x-amz-acl': 'public-read' }],
      ['the ACL public-read-write', { 'x-amz-acl': 'public-read-write' }],
      ['the ACL authenticated-read', { 'x-amz-acl': 'authenticated-read' }],
      ['a grant', { 'x-amz-grant-read': 'id="x"' }],
    ] as const
  ).map(
    ([what, headers]): Case => ({
      title: `creates no bucket with ${what}`,
      see: 'https://github.com/versity/versitygw/blob/main/tests/integration/CreateBucket.go',
      request: created(headers),
      status: '400 InvalidBucketAclWithObjectOwnership',
    }),
  ),
  {
    title: 'creates a bucket with the default ownership: its owner owns every object',
    see: PAGES.ownership,
    request: created({ 'x-amz-object-ownership': 'BucketOwnerEnforced' }),
  },
  {
    title: "returns a bucket's ACL",
    see: PAGES.api('GetBucketAcl'),
    request: (system) => system.signed({ query: { acl: '' } }),
    body: OWNER_ONLY,
  },
  {
    title: "returns an object's ACL",
    see: PAGES.api('GetObjectAcl'),
    request: async (system) => {
      await system.put(system.key, 'x')
      return system.signed({ key: system.key, query: { acl: '' } })
    },
    body: OWNER_ONLY,
  },
  {
    title: 'returns no ACL for a missing object',
    see: PAGES.api('GetObjectAcl'),
    request: (system) => system.signed({ key: 'nothing', query: { acl: '' } }),
    status: '404 NoSuchKey',
  },
  {
    title: "refuses to set a bucket's ACL",
    see: 'https://github.com/hashicorp/terraform-provider-aws/issues/34079',
    request: (system) => setAcl(system, { 'x-amz-acl': 'private' }),
    status: '400 AccessControlListNotSupported',
    body: /<Message>The bucket does not allow ACLs</,
  },
  {
    title: "refuses to set a bucket's ACL with a document",
    see: PAGES.ownership,
    request: (system) => setAclDocument(system),
    status: '400 AccessControlListNotSupported',
  },
  {
    title: "refuses to set an object's ACL",
    see: PAGES.ownership,
    request: (system) => setAcl(system, { 'x-amz-acl': 'public-read' }, system.key),
    status: '400 AccessControlListNotSupported',
  },
  ...Object.entries(WRITES).flatMap(([operation, write]) =>
    OWNERS_ONLY.map(
      ([what, grant]): Case => ({
        title: `${operation} accepts ${what} although ACLs are disabled`,
        see: PAGES.seen('ownership'),
        request: async (system) => {
          await system.put('source', 'x')
          return write(system, grant(await ownerId(system)))
        },
      }),
    ),
  ),
  ...(
    [
      [
        'full control for the owner together with READ for another account',
        (owner) => ({
          'x-amz-grant-full-control': `id="${owner}"`,
          'x-amz-grant-read': `id="${'0'.repeat(64)}"`,
        }),
      ],
      ['only READ for the owner', (owner) => ({ 'x-amz-grant-read': `id="${owner}"` })],
    ] satisfies typeof OWNERS_ONLY
  ).map(
    ([what, grant]): Case => ({
      title: `rejects ${what}`,
      see: PAGES.ownership,
      request: async (system) => writeObject(system, grant(await ownerId(system))),
      status: '400 AccessControlListNotSupported',
      effect: storedNothing,
    }),
  ),
]

/** These are refused before anybody asks whether the bucket has ACLs. */
const MALFORMED: readonly Case[] = [
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
        title: `refuses ${JSON.stringify(headers)} as the ACL of ${key ?? 'a bucket'}`,
        see: PAGES.recorded('test_s3'),
        request: (system) => setAcl(system, headers, key),
        status: `400 ${code}`,
        body,
      }),
    ),
  ),
  {
    title: 'refuses an ACL both in a header and as a document',
    see: PAGES.recorded('test_s3'),
    request: (system) => setAclDocument(system, { 'x-amz-acl': 'private' }),
    status: '400 UnexpectedContent',
  },
  {
    title: 'refuses a grant to an e-mail address, since October 2025',
    see: PAGES.api('PutBucketAcl'),
    request: (system) => setAcl(system, { 'x-amz-grant-read': 'emailAddress="a@example.com"' }),
    status: '405 MethodNotAllowed',
  },
  {
    title: 'stores no object with an unknown ACL',
    see: PAGES.recorded('test_s3'),
    request: (system) => writeObject(system, { 'x-amz-acl': 'fake' }),
    status: '400 InvalidArgument',
    effect: storedNothing,
  },
  {
    title: "ignores a form's ACL in an unsigned header",
    see: PAGES.postForms,
    request: async (system) => {
      const raw = await system.presigned({ method: 'PUT', key: 'a', body: 'x' })
      return { ...raw, headers: { ...raw.headers, acl: 'public-read' } }
    },
  },
]

const getOwnership = (system: System) => system.signed({ query: { ownershipControls: '' } })

export const putOwnership = (system: System, ...settings: readonly string[]) => {
  const rules = settings.map((each) => `<Rule><ObjectOwnership>${each}</ObjectOwnership></Rule>`)
  const body = `<OwnershipControls>${rules.join('')}</OwnershipControls>`
  return system.signed({ method: 'PUT', query: { ownershipControls: '' }, body, md5: true })
}

const deleteOwnership = (system: System) =>
  system.expectReply(204, { method: 'DELETE', query: { ownershipControls: '' } })

const ENFORCED =
  /<OwnershipControls [^>]*><Rule><ObjectOwnership>BucketOwnerEnforced<\/ObjectOwnership><\/Rule><\/OwnershipControls>/

const OWNERSHIP = following(PAGES.recorded('test_s3_api'), [
  {
    title: "reports that a new bucket's owner owns every object",
    request: getOwnership,
    body: ENFORCED,
  },
  ...[['BucketOwnerPreferred', 'ObjectWriter'], ['RandomValue'], []].map((settings) => ({
    title: `refuses the ownership [${settings.join(', ')}]`,
    request: (system: System) => putOwnership(system, ...settings),
    status: '400 MalformedXML' as const,
  })),
  ...['RandomValue', ''].map((setting) => ({
    title: `creates no bucket with the ownership '${setting}'`,
    request: created({ 'x-amz-object-ownership': setting }),
    status: '400 InvalidArgument' as const,
    body: new RegExp(
      `<Message>Invalid x-amz-object-ownership header: ${setting}</Message><ArgumentName>x-amz-object-ownership<`,
    ),
  })),
  {
    title: 'deletes the ownership controls, also twice',
    request: async (system) => {
      await deleteOwnership(system)
      await deleteOwnership(system)
      return getOwnership(system)
    },
    status: '404 OwnershipControlsNotFoundError',
  },
  {
    title: 'sets the ownership BucketOwnerEnforced',
    request: async (system) => {
      await deleteOwnership(system)
      await system.expect(200, await putOwnership(system, 'BucketOwnerEnforced'))
      return getOwnership(system)
    },
    body: ENFORCED,
  },
])

/** Requests about a bucket, an object, an upload. */
const ASKED: Readonly<Record<string, (system: System, headers: Headers) => Promise<RawRequest>>> = {
  HeadBucket: (system, headers) => system.signed({ method: 'HEAD', headers }),
  ListObjectsV2: (system, headers) => system.signed({ query: { 'list-type': '2' }, headers }),
  GetBucketEncryption: (system, headers) => system.signed({ query: { encryption: '' }, headers }),
  GetObject: async (system, headers) => {
    await system.put(system.key, 'x')
    return system.signed({ key: system.key, headers })
  },
  CreateMultipartUpload: createUpload,
}

const OWNERS: readonly Case[] = [
  ...Object.entries(ASKED).map(
    ([operation, request]): Case => ({
      title: `refuses ${operation} if another account is expected to own the bucket`,
      see: PAGES.seen('expected_bucket_owner'),
      request: (system) => request(system, { [EXPECTED]: '000000000000' }),
      ...(operation === 'HeadBucket' ? { status: 403, body: '' } : { status: '403 AccessDenied' }),
    }),
  ),
  ...['0000', '0000000000020', 'abcd', 'aa000000000$'].map(
    (account): Case => ({
      title: `refuses the expected owner ${account}`,
      see: PAGES.recorded('test_s3'),
      request: (system) =>
        system.signed({ query: { policy: '' }, headers: { [EXPECTED]: account } }),
      status: '400 InvalidBucketOwnerAWSAccountID',
      body: /<Message>The value of the expected bucket owner parameter must be an AWS Account ID\.\.\. \[/,
    }),
  ),
  {
    title: 'ignores the expected owner when a bucket is created',
    see: PAGES.seen('expected_bucket_owner'),
    request: created({ [EXPECTED]: '000000000000' }),
  },
  {
    title: 'refuses a copy if another account is expected to own the source',
    see: PAGES.seen('expected_bucket_owner'),
    request: async (system) => {
      await system.put('source', 'x')
      const headers = {
        'x-amz-copy-source': `${system.bucket}/source`,
        'x-amz-source-expected-bucket-owner': '000000000000',
      }
      return system.signed({ method: 'PUT', key: 'copy', headers })
    },
    status: '403 AccessDenied',
  },
  {
    title: 'checks the expected owner in a presigned URL',
    see: PAGES.queryAuth,
    request: (system) =>
      system.presigned({ query: { 'list-type': '2', [EXPECTED]: '000000000000' } }),
    status: '403 AccessDenied',
  },
]

export const OWNER: readonly Case[] = [...ACLS, ...MALFORMED, ...OWNERSHIP, ...OWNERS]
