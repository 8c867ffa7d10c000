/**
 * The Object Lock configuration of a bucket.
 *
 * @module
 */

import { type Case, following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { configuration, defaultRetention, document, enableLock } from '../../request/lock-case.ts'
import { versioning } from '../../request/version-case.ts'
import type { System } from '../../system.ts'

const SEEN = PAGES.seen('object_lock')
const RECORDED = PAGES.recorded('test_s3_api')

const GOVERNANCE = '<Mode>GOVERNANCE</Mode>'

const refused = (title: string, rule: string, code: string, see = RECORDED): Case => ({
  title: `refuses a default retention with ${title}`,
  see,
  request: async (system) => {
    await versioning(system, 'Enabled')
    return document(system, { 'object-lock': '' }, configuration(rule))
  },
  status: `400 ${code}`,
  effect: async (system) => {
    const reply = await system.reply({ query: { 'object-lock': '' } })
    return reply.code === 'ObjectLockConfigurationNotFoundError' ? undefined : 'it was stored'
  },
})

const unversioned = (title: string, status?: string): Case => ({
  title,
  see: RECORDED,
  request: async (system) => {
    if (status !== undefined) await versioning(system, status)
    return document(system, { 'object-lock': '' }, configuration())
  },
  status: '409 InvalidBucketState',
  body: /<Message>Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration<\/Message>/,
})

const lockedBucket = (title: string, see: string, query: string, body: RegExp): Case => ({
  title,
  see,
  request: async (system) => {
    const headers = { 'x-amz-bucket-object-lock-enabled': 'true' }
    const path = `/${system.bucket}-lock`
    await system.expectReply(200, { method: 'PUT', path, headers })
    return system.signed({ path, query: { [query]: '' } })
  },
  body,
})

export const BUCKET_LOCK = following(RECORDED, [
  {
    title: 'has no configuration by default',
    request: (system) => system.signed({ query: { 'object-lock': '' } }),
    status: '404 ObjectLockConfigurationNotFoundError',
    body: /<Message>Object Lock configuration does not exist for this bucket<\/Message><BucketName>conformance-/,
  },
  lockedBucket(
    'can be enabled when the bucket is created',
    RECORDED,
    'object-lock',
    /<ObjectLockConfiguration [^>]*><ObjectLockEnabled>Enabled<\/ObjectLockEnabled><\/ObjectLockConfiguration>/,
  ),
  lockedBucket('also enables versioning', SEEN, 'versioning', /<Status>Enabled<\/Status>/),
  ...['Days', 'Years'].map((unit) => ({
    title: `returns the default retention in ${unit}`,
    request: async (system: System) => {
      await enableLock(system, defaultRetention(`${GOVERNANCE}<${unit}>1</${unit}>`))
      return system.signed({ query: { 'object-lock': '' } })
    },
    body: new RegExp(
      `<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><${unit}>1</${unit}></DefaultRetention></Rule>`,
    ),
  })),
  {
    title: 'deletes the default retention with a configuration without one',
    request: async (system) => {
      await enableLock(system, defaultRetention(`${GOVERNANCE}<Days>1</Days>`))
      await enableLock(system)
      return system.signed({ query: { 'object-lock': '' } })
    },
    body: /<ObjectLockEnabled>Enabled<\/ObjectLockEnabled><\/ObjectLockConfiguration>/,
  },
  unversioned('needs versioning'),
  unversioned('needs versioning that is not suspended', 'Suspended'),
  {
    title: 'refuses to suspend versioning under Object Lock',
    request: async (system) => {
      await enableLock(system)
      const body = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>'
      return system.signed({ method: 'PUT', query: { versioning: '' }, body })
    },
    status: '409 InvalidBucketState',
    body: /<Message>An Object Lock configuration is present on this bucket, so the versioning state cannot be changed\.<\/Message>/,
  },
  {
    title: 'enables versioning again under Object Lock',
    request: async (system) => {
      await enableLock(system)
      const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
      return system.signed({ method: 'PUT', query: { versioning: '' }, body })
    },
  },
  {
    title: 'refuses a configuration that disables it',
    see: SEEN,
    request: async (system) => {
      await enableLock(system)
      const body = configuration().replace('Enabled<', 'Disabled<')
      return document(system, { 'object-lock': '' }, body)
    },
    status: '400 MalformedXML',
  },
  {
    title: 'refuses an empty configuration',
    request: (system) => document(system, { 'object-lock': '' }, '<ObjectLockConfiguration/>'),
    status: '400 MalformedXML',
  },
  refused('an empty rule', '<Rule/>', 'MalformedXML'),
  refused('neither mode nor period', defaultRetention(''), 'MalformedXML'),
  refused('no period', defaultRetention(GOVERNANCE), 'MalformedXML'),
  refused('no mode', defaultRetention('<Days>1</Days>'), 'MalformedXML', SEEN),
  refused(
    'days and years',
    defaultRetention(`${GOVERNANCE}<Days>1</Days><Years>1</Years>`),
    'MalformedXML',
  ),
  refused(
    'a mode in lower case',
    defaultRetention('<Mode>governance</Mode><Years>1</Years>'),
    'MalformedXML',
    SEEN,
  ),
  refused(
    'days that are not a number',
    defaultRetention(`${GOVERNANCE}<Days>x</Days>`),
    'MalformedXML',
    PAGES.api('DefaultRetention'),
  ),
  refused(
    'zero days',
    defaultRetention(`${GOVERNANCE}<Days>0</Days>`),
    'InvalidArgument',
    'https://github.com/versity/versitygw/issues/1738',
  ),
  refused(
    'negative years',
    defaultRetention(`${GOVERNANCE}<Years>-1</Years>`),
    'InvalidArgument',
    SEEN,
  ),
  refused(
    'more than 36,500 days',
    defaultRetention(`${GOVERNANCE}<Days>36501</Days>`),
    'InvalidArgument',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html',
  ),
])
