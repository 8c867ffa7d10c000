/**
 * The tags of a bucket.
 *
 * @module
 */

import { type Case, following } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import type { System } from '../../system.ts'

const RECORDED = PAGES.recorded('test_s3_api')

const tagging = (tags: string) => `<Tagging><TagSet>${tags}</TagSet></Tagging>`
const tag = (key: string, value: string) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`

const ask = (system: System, method = 'GET') => system.signed({ method, query: { tagging: '' } })

const put = (system: System, tags: string) => {
  const body = tagging(tags)
  return system.signed({ method: 'PUT', query: { tagging: '' }, body, md5: true })
}

const created = (system: System, tags: string) =>
  system.signed({
    method: 'PUT',
    path: `/${system.bucket}-tagged`,
    body: `<CreateBucketConfiguration><Tags>${tags}</Tags></CreateBucketConfiguration>`,
  })

const refusal = (
  title: string,
  tags: string,
  code: string,
  message?: RegExp,
  request: (system: System, tags: string) => ReturnType<typeof put> = put,
): Case => ({
  title,
  see: RECORDED,
  request: (system) => request(system, tags),
  status: `400 ${code}`,
  ...(message ? { body: message } : {}),
})

export const BUCKET_TAGGING = following(RECORDED, [
  {
    title: 'has no tags by default',
    request: ask,
    status: '404 NoSuchTagSet',
    body: /<Message>The TagSet does not exist<\/Message><BucketName>conformance-/,
  },
  {
    title: "sets a bucket's tags",
    request: (system) => put(system, tag('tag1', 'tag1') + tag('tag2', '')),
    status: 204,
    effect: async (system) => {
      const { body } = await system.expect(200, await ask(system))
      return /<Tagging [^>]*><TagSet><Tag><Key>tag1<\/Key><Value>tag1<\/Value><\/Tag><Tag><Key>tag2<\/Key><Value\/><\/Tag><\/TagSet><\/Tagging>/.test(
        body.toString(),
      )
        ? undefined
        : `tags are ${body}`
    },
  },
  ...(
    [
      ['deletes the tags', (system: System) => ask(system, 'DELETE')],
      ['deletes the tags when an empty set is sent', (system: System) => put(system, '')],
    ] as const
  ).map(
    ([title, request]): Case => ({
      title,
      see: RECORDED,
      request: async (system) => {
        await system.expect(204, await put(system, tag('a', 'b')))
        return request(system)
      },
      status: 204,
      effect: async (system) =>
        (await system.send(await ask(system))).code === 'NoSuchTagSet'
          ? undefined
          : 'the bucket still has tags',
    }),
  ),
  {
    title: 'succeeds when there are no tags to delete',
    request: (system) => ask(system, 'DELETE'),
    status: 204,
  },
  {
    title: 'accepts fifty tags',
    see: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html',
    request: (system) =>
      put(system, Array.from({ length: 50 }, (_, index) => tag(`tag${index}`, 'x')).join('')),
    status: 204,
  },
  refusal(
    'refuses fifty-one tags',
    Array.from({ length: 51 }, (_, index) => tag(`tag${index}`, 'x')).join(''),
    'BadRequest',
  ),
  refusal(
    'refuses a repeated tag',
    tag('Key1', 'a') + tag('Key1', 'b'),
    'InvalidTag',
    /Cannot provide multiple Tags with the same key<\/Message><TagKey>Key1</,
  ),
  refusal(
    'refuses a tag key with a comma',
    tag('Key1,Key2', 'a'),
    'InvalidTag',
    /The TagKey you have provided is invalid/,
  ),
  refusal(
    'refuses a tag value with a comma',
    tag('Key1', 'a,b'),
    'InvalidTag',
    /The TagValue you have provided is invalid/,
  ),
  refusal(
    'refuses a tag key that begins with aws:',
    tag('aws:prefixed', 'a'),
    'InvalidTag',
    /System tags cannot be added\/updated by requester/,
  ),
  refusal('refuses a tag without a value', '<Tag><Key>a</Key></Tag>', 'MalformedXML'),
  {
    title: 'creates a bucket with tags',
    request: (system) => created(system, tag('tag1', 'value1')),
    headers: { 'x-amz-bucket-arn': /^arn:aws[\w-]*:s3:::conformance-/ },
    effect: async (system) => {
      const tagged = await system.signed({
        path: `/${system.bucket}-tagged`,
        query: { tagging: '' },
      })
      const { body } = await system.expect(200, tagged)
      return body.toString().includes('<Value>value1</Value>') ? undefined : `tags are ${body}`
    },
  },
  {
    title: 'does not create a bucket again with tags',
    request: async (system) => {
      await system.expect(200, await created(system, tag('tag1', 'value1')))
      return created(system, tag('tag1', 'value1'))
    },
    status: '409 BucketAlreadyOwnedByYou',
  },
  refusal(
    'creates no bucket with a tag key that begins with aws:',
    tag('aws:test', 'a'),
    'InvalidTag',
    /User-defined tag keys can't start with/,
    created,
  ),
])
