/**
 * What a bucket policy says of tags that a request brings, and of versions.
 *
 * @module
 */

import { type Case, stored } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import { judged, type Statement, under } from '../../request/policy-case.ts'
import { twoVersions } from '../../request/version-case.ts'
import type { System } from '../../system.ts'

const TAGS = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html'
const SETS =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html'
const ACTIONS =
  'https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html'

const deny = (
  Action: string,
  Condition?: NonNullable<Statement['Condition']>,
  more: Partial<Statement> = {},
): Statement => ({ Effect: 'Deny', Action, ...(Condition ? { Condition } : {}), ...more })

type Ask = (system: System) => ReturnType<System['signed']>

const tagged =
  (tags: Readonly<Record<string, string>>): Ask =>
  (system) => {
    const list = Object.entries(tags).map(
      ([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`,
    )
    const body = `<Tagging><TagSet>${list.join('')}</TagSet></Tagging>`
    return system.signed({ method: 'PUT', key: 'b', query: { tagging: '' }, body, md5: true })
  }

const NOT_VERIFIED = deny('s3:PutObjectTagging', {
  StringNotEquals: { 's3:RequestObjectTag/waybill': 'verified' },
})

const REJECTED = deny('s3:PutObjectTagging', {
  StringEquals: { 's3:RequestObjectTag/waybill': 'rejected' },
})

/** Denies a tag that is neither of two. */
const OTHERS = deny('s3:Put*', {
  'ForAnyValue:StringNotEquals': { 's3:RequestObjectTagKeys': ['team', 'year'] },
})

const denied = (title: string, statement: Statement, ask: Ask, see = TAGS) =>
  judged(title, see, statement, ask, 403)

const passes = (title: string, statement: Statement, ask: Ask, see = TAGS) =>
  judged(title, see, statement, ask, 200)

/** The four ways in which tags come with an object. */
const BROUGHT: readonly (readonly [what: string, ask: (tags: string) => Ask, ok: number])[] = [
  [
    'PUT',
    (tags) => (system) =>
      system.signed({ method: 'PUT', key: 'c', body: 'x', headers: { 'x-amz-tagging': tags } }),
    200,
  ],
  [
    'copy',
    (tags) => (system) =>
      system.signed({
        method: 'PUT',
        key: 'c',
        headers: {
          'x-amz-copy-source': `${system.bucket}/b`,
          'x-amz-tagging': tags,
          'x-amz-tagging-directive': 'REPLACE',
        },
      }),
    200,
  ],
  [
    'multipart upload',
    (tags) => (system) =>
      system.signed({
        method: 'POST',
        key: 'c',
        query: { uploads: '' },
        headers: { 'x-amz-tagging': tags },
      }),
    200,
  ],
  [
    'form',
    (tags) => (system) => {
      const [key, value] = tags.split('=')
      const tag = `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`
      const tagging = `<Tagging><TagSet>${tag}</TagSet></Tagging>`
      return system.form({ key: 'c', fields: { tagging } })
    },
    204,
  ],
]

const deleteVersion = (statement: Statement) => async (system: System) => {
  const [first] = await twoVersions(system)
  return under(statement, () => {
    const object = (more: string) => `<Object><Key>${system.key}</Key>${more}</Object>`
    const body = `<Delete>${object(`<VersionId>${first}</VersionId>`)}${object('')}</Delete>`
    return system.signed({ method: 'POST', query: { delete: '' }, body, md5: true })
  })(system)
}

const copyVersion = (statement: Statement) => async (system: System) => {
  const [first] = await twoVersions(system)
  return under(statement, () =>
    system.signed({
      method: 'PUT',
      key: 'c',
      headers: {
        'x-amz-copy-source': `${system.bucket}/${encodeURIComponent(system.key)}?versionId=${first}`,
      },
    }),
  )(system)
}

export const POLICY_TAGS: readonly Case[] = [
  denied(
    'denies tags with a certain value in the document',
    REJECTED,
    tagged({ waybill: 'rejected' }),
  ),
  passes('allows tags with another value', REJECTED, tagged({ waybill: 'verified' })),
  denied('denies tags without the required one', NOT_VERIFIED, tagged({ team: 'film' })),
  passes(
    'allows tags that include the required one',
    NOT_VERIFIED,
    tagged({ waybill: 'verified' }),
  ),
  denied('denies a tag with another key', OTHERS, tagged({ team: '1', other: '2' })),
  passes('allows tags with the listed keys', OTHERS, tagged({ team: '1', year: '2' })),
  passes('allows an empty set of tags, because none has another key', OTHERS, tagged({}), SETS),
  denied(
    'considers a condition for all values true if there are none',
    deny('s3:PutObjectTagging', {
      'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': 'team' },
    }),
    tagged({}),
    SETS,
  ),
  passes(
    'considers a condition for all values false if one differs',
    deny('s3:PutObjectTagging', {
      'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': 'team' },
    }),
    tagged({ team: '1', other: '2' }),
    SETS,
  ),
  denied(
    'denies a request without any tag',
    deny('s3:PutObject', { Null: { 's3:RequestObjectTagKeys': 'true' } }),
    (system) => system.signed({ method: 'PUT', key: 'c', body: 'x' }),
  ),
  ...BROUGHT.flatMap(([what, ask, ok]) => [
    judged(`denies a ${what} with a tag with another key`, TAGS, OTHERS, ask('other=1'), 403),
    judged(`lets a ${what} with a tag with a listed key`, TAGS, OTHERS, ask('team=1'), ok),
    judged(
      `denies a ${what} because of a tag's value`,
      TAGS,
      REJECTED,
      ask('waybill=rejected'),
      403,
    ),
  ]),
  {
    title: 'lists versions that may not be deleted if their keys may',
    see: PAGES.api('DeleteObjects'),
    request: deleteVersion(deny('s3:DeleteObjectVersion')),
    body: /<Error><Key>[^<]+<\/Key><VersionId>[^<]+<\/VersionId><Code>AccessDenied<.*<Deleted>.*<DeleteMarker>true</,
  },
  {
    title: 'lists keys that may not be deleted if their versions may',
    see: PAGES.api('DeleteObjects'),
    request: deleteVersion(deny('s3:DeleteObject')),
    body: /<Deleted><Key>[^<]+<\/Key><VersionId>.*<Error><Key>[^<]+<\/Key><Code>AccessDenied</,
    effect: stored('second'),
  },
  {
    title: 'denies copying a version that may not be read',
    see: ACTIONS,
    request: copyVersion(deny('s3:GetObjectVersion')),
    status: '403 AccessDenied',
  },
  {
    title: 'allows copying a version if only the newest may not be read',
    see: ACTIONS,
    request: copyVersion(deny('s3:GetObject')),
  },
]
