/**
 * Buckets themselves.
 *
 * @module
 */

import { type Case, following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { versioning } from '../../request/version-case.ts'
import type { System } from '../../system.ts'

const CREATE = PAGES.api('CreateBucket')

/** Names contain the bucket's own, which is random: a lenient server must not touch another bucket. */
type Name = (own: string) => string

const create = (name: Name, body?: string) => (system: System) =>
  system.signed({ method: 'PUT', path: `/${name(system.bucket)}`, ...(body ? { body } : {}) })

const elsewhere: Name = (own) => `${own}-elsewhere`

const badName = (name: Name): Case => ({
  title: `refuses a bucket called ${name('example').slice(0, 40)}`,
  see: PAGES.bucketNames,
  request: create(name),
  status: '400 InvalidBucketName',
})

export const BUCKETS = following(PAGES.errors, [
  {
    title: 'refuses a lifecycle without a digest',
    see: PAGES.seen('request_checksums'),
    request: (system) =>
      system.signed({
        method: 'PUT',
        query: { lifecycle: '' },
        body: '<LifecycleConfiguration><Rule><Filter><Prefix>a</Prefix></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>',
      }),
    status: '400 InvalidRequest',
    body: /<Message>Missing required header for this request: Content-MD5</,
  },
  {
    title: 'accepts a public access block without a digest',
    see: PAGES.seen('request_checksums'),
    request: (system) =>
      system.signed({
        method: 'PUT',
        query: { publicAccessBlock: '' },
        body: '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
      }),
  },
  {
    title: 'finds a bucket',
    see: PAGES.api('HeadBucket'),
    request: (system) => system.signed({ method: 'HEAD' }),
    body: '',
    headers: {
      'content-type': 'application/xml',
      'x-amz-bucket-region': /^[a-z0-9-]+$/,
      'x-amz-bucket-arn': /^arn:[a-z-]+:s3:::conformance-/,
    },
  },
  {
    title: 'reports a missing bucket',
    see: PAGES.api('HeadBucket'),
    request: (system) => system.signed({ method: 'HEAD', path: `/${system.absent}` }),
    status: 404,
    body: '',
  },
  badName((own) => `Upper-Case-${own}`),
  // The only names that cannot be random.
  badName(() => 'ab'),
  badName(() => '192.168.0.1'),
  badName((own) => `under_score-${own}`),
  badName((own) => `two..dots-${own}`),
  badName((own) => `-dash-${own}`),
  badName((own) => own.padEnd(64, 'x')),
  badName((own) => `xn--${own}`),
  badName((own) => `sthree-${own}`),
  badName((own) => `sthree-configurator-${own}`),
  badName((own) => `amzn-s3-demo-${own}`),
  badName((own) => `${own}-s3alias`),
  badName((own) => `${own}--ol-s3`),
  badName((own) => `${own}.mrap`),
  badName((own) => `${own}--x-s3`),
  badName((own) => `${own}--table-s3`),
  badName((own) => `${own}-an`),
  ...(
    [
      [
        "whose name belongs to an account's namespace, without the header for it",
        '-444455556666-us-east-1-an',
        undefined,
        'MissingNamespaceHeader',
      ],
      [
        "in the account's namespace whose name lacks the suffix",
        '-plain',
        'account-regional',
        'InvalidNamespaceHeader',
      ],
      [
        "in the global namespace whose name has an account's suffix",
        '-444455556666-us-east-1-an',
        'global',
        'InvalidNamespaceHeader',
      ],
      [
        "in another account's namespace",
        '-444455556666-us-east-1-an',
        'account-regional',
        'InvalidBucketNamespace',
      ],
      ['in an unknown namespace', '-plain', 'mine', 'InvalidArgument'],
    ] as const
  ).map(
    ([what, ending, namespace, code]): Case => ({
      title: `refuses a bucket ${what}`,
      see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html',
      request: (system) =>
        system.signed({
          method: 'PUT',
          path: `/${system.bucket}${ending}`,
          ...(namespace === undefined ? {} : { headers: { 'x-amz-bucket-namespace': namespace } }),
        }),
      status: `400 ${code}`,
    }),
  ),
  {
    title: 'refuses a location that is not a region',
    request: create(
      elsewhere,
      '<CreateBucketConfiguration><LocationConstraint>mars-north-1</LocationConstraint></CreateBucketConfiguration>',
    ),
    status: '400 InvalidLocationConstraint',
  },
  {
    title: 'refuses a location in another region',
    request: async (system) => {
      const other = system.target.region === 'eu-west-3' ? 'eu-west-2' : 'eu-west-3'
      const body = `<CreateBucketConfiguration><LocationConstraint>${other}</LocationConstraint></CreateBucketConfiguration>`
      return create(elsewhere, body)(system)
    },
    status: '400 IllegalLocationConstraintException',
  },
  {
    title: 'refuses a configuration that is not XML',
    see: CREATE,
    request: create(elsewhere, 'region'),
    status: '400 MalformedXML',
  },
  {
    title: 'refuses to delete a bucket that contains an object',
    see: PAGES.api('DeleteBucket'),
    request: async (system) => {
      await system.put('a', 'a')
      return system.signed({ method: 'DELETE' })
    },
    status: '409 BucketNotEmpty',
    body: /<Message>The bucket you tried to delete is not empty<\/Message>/,
  },
  {
    title: 'refuses to delete a bucket that contains only a delete marker',
    see: PAGES.recorded('test_s3_api'),
    request: async (system) => {
      await versioning(system, 'Enabled')
      await system.expectReply(204, { method: 'DELETE', key: 'a' })
      return system.signed({ method: 'DELETE' })
    },
    status: '409 BucketNotEmpty',
    body: /<Message>[^<]* not empty. You must delete all versions in the bucket.<\/Message>/,
  },
  {
    title: 'deletes an empty bucket',
    see: PAGES.api('DeleteBucket'),
    request: (system) => system.signed({ method: 'DELETE' }),
    status: 204,
    effect: async (system) =>
      (await system.reply({ method: 'HEAD' })).status === 404
        ? undefined
        : 'the bucket is still there',
  },
  {
    title: 'cannot delete a missing bucket',
    see: PAGES.api('DeleteBucket'),
    request: (system) => system.signed({ method: 'DELETE', path: `/${system.absent}` }),
    status: '404 NoSuchBucket',
  },
  {
    title: "returns a bucket's location",
    see: 'https://github.com/localstack/localstack/blob/HEAD/tests/aws/services/s3/test_s3.py',
    request: (system) => system.signed({ query: { location: '' } }),
    body: /<LocationConstraint xmlns="[^"]+"(?:\/>|>[^<]*<\/LocationConstraint>)\s*$/,
    effect: async ({ target: { region } }, { xml }) => {
      const location = xml?.text ?? ''
      return location === (region === 'us-east-1' ? '' : region)
        ? undefined
        : `the location is '${location}'`
    },
  },
  {
    title: 'finds no settings for a missing bucket',
    see: PAGES.recorded('test_s3'),
    request: (system) => {
      const body =
        '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>'
      const ask = { method: 'PUT', query: { requestPayment: '' }, body }
      return system.signed({ ...ask, path: `/${system.absent}` })
    },
    status: '404 NoSuchBucket',
  },
  {
    title: 'answers an unknown sub-resource of a bucket with 501',
    request: (system) => system.signed({ method: 'PUT', query: { replication: '' }, body: '<x/>' }),
    status: '501 NotImplemented',
  },
])
