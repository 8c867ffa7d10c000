/**
 * Lifecycle rules: which are taken, what is said of the others, and which headers tell of them.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { type System, textAt } from '../../system.ts'

const SEEN = PAGES.seen('lifecycle')
/** Snapshots of what AWS answered. */
const SNAPSHOTS =
  'https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/s3/test_s3.py'

const rule = (inside: string) => `<Rule><Status>Enabled</Status>${inside}</Rule>`
const EXPIRE = '<Expiration><Days>1</Days></Expiration>'
const ABORT =
  '<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>'
const TAG = '<Tag><Key>a</Key><Value>1</Value></Tag>'
const MIDNIGHT = String.raw`\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT`

const putRules = (system: System, rules: string, headers: Record<string, string> = {}) => {
  const body = `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`
  return system.signed({ method: 'PUT', query: { lifecycle: '' }, body, md5: true, headers })
}

const put =
  (...rules: string[]) =>
  (system: System) =>
    putRules(system, rules.join(''))

const MINIMUM = 'x-amz-transition-default-minimum-object-size'

const putMinimum = (system: System, size: string | undefined) =>
  putRules(system, id('i'), size === undefined ? {} : { [MINIMUM]: size })

const ruled = async (system: System, ...rules: string[]) =>
  system.expect(200, await put(...rules)(system))

const refused = (
  title: string,
  rules: string | string[],
  code: string,
  message?: string,
  see = SEEN,
): Case => ({
  title: `refuses ${title}`,
  see,
  request: put(...[rules].flat()),
  status: `400 ${code}`,
  ...(message === undefined ? {} : { body: new RegExp(`<Message>${message}</Message>`) }),
})

const filtered = (filter: string, action = EXPIRE) => rule(`<Filter>${filter}</Filter>${action}`)
const id = (name: string) => rule(`<ID>${name}</ID><Filter/>${EXPIRE}`)
const long = (count: number) => 'x'.repeat(count)

const given = (title: string, sent: string, body: RegExp, see = SEEN): Case => ({
  title,
  see,
  request: async (system) => {
    await ruled(system, sent)
    return system.signed({ query: { lifecycle: '' } })
  },
  body,
})

const expires = (
  title: string,
  request: Case['request'],
  expiration: RegExp | undefined,
  status = 200,
): Case => ({ title, see: SEEN, request, status, headers: { 'x-amz-expiration': expiration } })

const soon = rule(`<ID>a b</ID><Filter><Prefix>folder/</Prefix></Filter>${EXPIRE}`)
const EXPIRY = new RegExp(`^expiry-date="${MIDNIGHT}", rule-id="a b"$`)

const stored =
  (more: { readonly method?: string; readonly versioned?: boolean } = {}) =>
  async (system: System) => {
    await ruled(system, soon)
    if (more.versioned) {
      const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
      await system.expectReply(200, { method: 'PUT', query: { versioning: '' }, body })
    }
    const { headers } = await system.put(system.key, 'x')
    const query = more.versioned ? { versionId: headers['x-amz-version-id'] ?? '' } : {}
    return system.signed({ method: more.method ?? 'GET', key: system.key, query })
  }

export const LIFECYCLE: readonly Case[] = [
  ...[false, true].map(
    (deleted): Case => ({
      title: deleted ? 'deletes the rules' : 'has no rules by default',
      see: SNAPSHOTS,
      request: async (system) => {
        const query = { lifecycle: '' }
        if (deleted) await ruled(system, id('i'))
        if (deleted) await system.expectReply(204, { method: 'DELETE', query })
        return system.signed({ query })
      },
      status: '404 NoSuchLifecycleConfiguration',
    }),
  ),
  given(
    'returns rules in its own order',
    rule(`${EXPIRE}<Filter><And>${TAG}<Prefix>p</Prefix></And></Filter><ID>i</ID>`),
    /<Rule><ID>i<\/ID><Filter><And><Prefix>p<\/Prefix><Tag>.*<\/And><\/Filter><Status>Enabled<\/Status><Expiration><Days>1<\/Days></,
  ),
  given(
    'names a rule that has no name',
    filtered('', ABORT),
    /<ID>[\w=]{48}<\/ID><Filter\/><Status>Enabled<\/Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</,
  ),
  given(
    'returns the older form of a rule unchanged',
    rule(`<ID>i</ID><Prefix>p</Prefix>${EXPIRE}`),
    /<ID>i<\/ID><Prefix>p<\/Prefix><Status>/,
    PAGES.api('GetBucketLifecycleConfiguration'),
  ),
  refused('no rules', [], 'MalformedXML'),
  refused('a rule without a filter', rule(EXPIRE), 'MalformedXML', undefined, SNAPSHOTS),
  refused(
    'an unknown status',
    `<Rule><Status>enabled</Status><Filter/>${EXPIRE}</Rule>`,
    'MalformedXML',
  ),
  refused(
    'a name of 256 characters',
    id(long(256)),
    'InvalidArgument',
    'ID length should not exceed allowed limit of 255',
  ),
  refused(
    'a repeated name',
    [id('same'), id('same')],
    'InvalidArgument',
    'Rule ID must be unique. Found same ID for more than one rule',
  ),
  refused(
    'a rule that does nothing',
    filtered('', ''),
    'InvalidRequest',
    'At least one action needs to be specified in a rule',
    'https://github.com/schubergphilis/terraform-aws-mcaf-s3/issues/46',
  ),
  refused(
    'the older form after the newer',
    [filtered(''), rule(`<Prefix>p</Prefix>${EXPIRE}`)],
    'InvalidRequest',
    'Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.',
  ),
  refused(
    'the newer form after the older',
    [rule(`<Prefix>p</Prefix>${EXPIRE}`), filtered('')],
    'InvalidRequest',
    'Filter element can only be used in Lifecycle V2.',
    'https://github.com/ansible/ansible/issues/53751',
  ),
  refused(
    'two conditions without an And',
    filtered(`<Prefix>p</Prefix>${TAG}`),
    'MalformedXML',
    undefined,
    SNAPSHOTS,
  ),
  refused(
    'a prefix of 1,025 bytes',
    filtered(`<Prefix>${long(1025)}</Prefix>`),
    'InvalidRequest',
    'The maximum size of a prefix is 1024',
  ),
  refused(
    'a tag without a name',
    filtered('<Tag><Key></Key><Value>1</Value></Tag>'),
    'InvalidRequest',
    '.*must be a length between 1 and 128.',
  ),
  refused(
    'a tag with a value of 257 characters',
    filtered(`<Tag><Key>a</Key><Value>${long(257)}</Value></Tag>`),
    'InvalidRequest',
    '.*must be a length between 0 and 256.',
  ),
  refused(
    'a repeated tag',
    filtered(`<And>${TAG}${TAG}</And>`),
    'InvalidRequest',
    'Duplicate Tag Keys are not allowed.',
    SNAPSHOTS,
  ),
  refused(
    'an empty range of sizes',
    filtered(
      '<And><ObjectSizeGreaterThan>10</ObjectSizeGreaterThan><ObjectSizeLessThan>10</ObjectSizeLessThan></And>',
    ),
    'InvalidRequest',
    '.*has to be a value greater than.*',
  ),
  refused(
    'an upper size limit of nothing',
    filtered('<ObjectSizeLessThan>0</ObjectSizeLessThan>'),
    'InvalidRequest',
    '.*should be between 1 and 1099511627776000.',
    'https://github.com/hashicorp/terraform-provider-aws/issues/41521',
  ),
  refused(
    'zero days',
    filtered('', '<Expiration><Days>0</Days></Expiration>'),
    'InvalidArgument',
    '.*for Expiration action must be a positive integer',
  ),
  {
    ...refused(
      'a date that is not midnight',
      filtered('', '<Expiration><Date>2099-01-01T10:00:00Z</Date></Expiration>'),
      'InvalidArgument',
    ),
    see: SNAPSHOTS,
    body: /<Message>.*must be at midnight GMT<\/Message><ArgumentName>Date<\/ArgumentName><ArgumentValue>2099-/,
  },
  refused(
    'an invalid date',
    filtered('', '<Expiration><Date>20200101</Date></Expiration>'),
    'MalformedXML',
  ),
  refused(
    'days together with delete markers',
    filtered(
      '',
      '<Expiration><Days>1</Days><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>',
    ),
    'MalformedXML',
  ),
  refused(
    'delete markers with tags',
    filtered(
      TAG,
      '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>',
    ),
    'InvalidRequest',
    'ExpiredObjectDeleteMarker cannot be specified with Tags.',
  ),
  refused(
    'uploads with tags',
    filtered(TAG, ABORT),
    'InvalidRequest',
    'AbortIncompleteMultipartUpload cannot be specified with Tags.',
  ),
  refused(
    'uploads with a size',
    filtered('<ObjectSizeGreaterThan>10</ObjectSizeGreaterThan>', ABORT),
    'InvalidRequest',
    'AbortIncompleteMultipartUpload cannot be specified with Object Size.',
  ),
  refused(
    'old versions without days',
    filtered('', '<NoncurrentVersionExpiration/>'),
    'MalformedXML',
    undefined,
    SNAPSHOTS,
  ),
  expires(
    'reports the expiration in PUT responses',
    async (system) => {
      await ruled(system, soon)
      return system.signed({ method: 'PUT', key: system.key, body: 'x' })
    },
    EXPIRY,
  ),
  expires(
    'reports no expiration for an object that does not expire',
    async (system) => {
      await ruled(system, soon)
      return system.signed({ method: 'PUT', key: 'other', body: 'x' })
    },
    undefined,
  ),
  expires('reports the expiration in GET responses', stored(), EXPIRY),
  expires('reports the expiration in HEAD responses', stored({ method: 'HEAD' }), EXPIRY),
  expires('reports no expiration for a specific version', stored({ versioned: true }), undefined),
  expires(
    'reports the expiration of a completed multipart upload',
    async (system) => {
      await ruled(system, soon)
      const uploadId = await system.createUpload()
      return system.complete(uploadId, [[1, await system.uploadPart(uploadId, 1, 'x')]])
    },
    EXPIRY,
  ),
  ...['CreateMultipartUpload', 'ListParts'].map(
    (operation): Case => ({
      title: `reports when an upload will be aborted: ${operation}`,
      see: SEEN,
      request: async (system) => {
        await ruled(system, rule(`<ID>i</ID><Filter/>${ABORT}`))
        const create = await system.signed({
          method: 'POST',
          key: system.key,
          query: { uploads: '' },
        })
        if (operation === 'CreateMultipartUpload') return create
        const uploadId = textAt(await system.expect(200, create), 'UploadId') ?? ''
        return system.signed({ key: system.key, query: { uploadId } })
      },
      headers: { 'x-amz-abort-date': new RegExp(`^${MIDNIGHT}$`), 'x-amz-abort-rule-id': 'i' },
    }),
  ),
  ...(
    [
      [undefined, 'all_storage_classes_128K'],
      ['all_storage_classes_128K', 'all_storage_classes_128K'],
      ['varies_by_storage_class', 'varies_by_storage_class'],
    ] as const
  ).map(
    ([sent, given]): Case => ({
      title: `stores the minimum size for transitions: ${sent ?? 'the default'}`,
      see: PAGES.recorded('test_s3'),
      request: async (system) => {
        await system.expect(200, await putMinimum(system, sent))
        return system.signed({ query: { lifecycle: '' } })
      },
      headers: { [MINIMUM]: given },
    }),
  ),
  {
    title: 'refuses an unknown minimum size for transitions',
    see: PAGES.recorded('test_s3'),
    request: (system) => putMinimum(system, 'value'),
    status: '400 InvalidRequest',
    body: /<Message>Invalid TransitionDefaultMinimumObjectSize found: value</,
  },
]
