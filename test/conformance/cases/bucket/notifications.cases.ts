/**
 * The notification configuration of a bucket.
 *
 * @module
 */

import type { Case } from '../../case.ts'
import { PAGES } from '../../pages.ts'
import type { System } from '../../system.ts'

const RECORDED = PAGES.recorded('test_s3_notifications_sqs')
const API = PAGES.api('PutBucketNotificationConfiguration')
const FILTERS =
  'https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html'

/** AWS does not look whether a destination exists. */
const SKIP = { 'x-amz-skip-destination-validation': 'true' }

const arnOf = (system: System, name = 'queue') =>
  `arn:aws:sqs:${system.target.region}:111111111111:${name}`

interface Rule {
  readonly arn?: string
  readonly events?: readonly string[]
  readonly filter?: string
  readonly id?: string
}

function queue(system: System, rule: Rule = {}): string {
  const { arn = arnOf(system), events = ['s3:ObjectCreated:*'], filter = '', id } = rule
  const types = events.map((each) => `<Event>${each}</Event>`).join('')
  const name = id === undefined ? '' : `<Id>${id}</Id>`
  return `<QueueConfiguration>${name}<Queue>${arn}</Queue>${types}${filter}</QueueConfiguration>`
}

const filter = (...rules: readonly (readonly [string, string])[]) =>
  `<Filter><S3Key>${rules
    .map(([name, value]) => `<FilterRule><Name>${name}</Name><Value>${value}</Value></FilterRule>`)
    .join('')}</S3Key></Filter>`

const put = (system: System, inner: string, headers: Record<string, string> = SKIP) =>
  system.signed({
    method: 'PUT',
    query: { notification: '' },
    body: `<NotificationConfiguration>${inner}</NotificationConfiguration>`,
    headers,
  })

const get = (system: System) => system.signed({ query: { notification: '' } })

const refused = (
  title: string,
  see: string,
  inner: (system: System) => string,
  body: RegExp,
  headers?: Record<string, string>,
): Case => ({
  title: `refuses ${title}`,
  see,
  request: (system) => put(system, inner(system), headers),
  status: '400 InvalidArgument',
  body,
  effect: async (system) => {
    const reply = await system.expect(200, await get(system))
    return reply.body.includes('<Queue>') ? 'the configuration was stored' : undefined
  },
})

const returned = (
  title: string,
  see: string,
  inner: (system: System) => string,
  body: RegExp,
): Case => ({
  title,
  see,
  request: async (system) => {
    await system.expect(200, await put(system, inner(system)))
    return get(system)
  },
  body,
})

const two =
  (first: Rule, second: Rule) =>
  (system: System): string =>
    queue(system, { id: 'a', ...first }) +
    queue(system, { id: 'b', arn: arnOf(system, 'other'), ...second })

const OVERLAP = /Configurations on the same bucket cannot share a common event type\./
const AMBIGUOUS =
  /Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type\./

export const NOTIFICATIONS: readonly Case[] = [
  {
    title: 'has no notifications by default',
    see: API,
    request: get,
    body: /<NotificationConfiguration [^>]*(?:\/>|><\/NotificationConfiguration>)/,
  },
  returned(
    'returns queues with their events and filters, with normalized filter names',
    RECORDED,
    (system) => queue(system, { id: 'id', filter: filter(['prefix', 'in/'], ['SUFFIX', '.txt']) }),
    /<Id>id<\/Id><Queue>arn:aws:sqs:[^<]*<\/Queue><Event>s3:ObjectCreated:\*<\/Event><Filter><S3Key><FilterRule><Name>Prefix<\/Name><Value>in\/<\/Value><\/FilterRule><FilterRule><Name>Suffix<\/Name><Value>\.txt<\/Value>/,
  ),
  returned(
    'returns topics and functions with all their events',
    API,
    (system) => {
      const place = `${system.target.region}:111111111111`
      return `<TopicConfiguration><Id>t</Id><Topic>arn:aws:sns:${place}:topic</Topic><Event>s3:ObjectTagging:*</Event></TopicConfiguration>
        <CloudFunctionConfiguration><Id>f</Id><CloudFunction>arn:aws:lambda:${place}:function:f</CloudFunction><Event>s3:ObjectRemoved:Delete</Event><Event>s3:ObjectAcl:Put</Event></CloudFunctionConfiguration>`
    },
    /<TopicConfiguration><Id>t<\/Id><Topic>arn:aws:sns:[^<]*<\/Topic><Event>s3:ObjectTagging:\*<.*<CloudFunctionConfiguration><Id>f<\/Id><CloudFunction>arn:aws:lambda:[^<]*<\/CloudFunction><Event>s3:ObjectRemoved:Delete<\/Event><Event>s3:ObjectAcl:Put</,
  ),
  returned('assigns an id to a configuration', RECORDED, queue, /<Id>[\w=+/-]{20,}<\/Id>/),
  returned(
    'returns the EventBridge configuration',
    API,
    () => '<EventBridgeConfiguration/>',
    /<EventBridgeConfiguration/,
  ),
  {
    title: 'deletes everything with an empty configuration',
    see: RECORDED,
    request: async (system) => {
      await system.expect(200, await put(system, queue(system)))
      await system.expect(200, await put(system, ''))
      return get(system)
    },
    body: /<NotificationConfiguration [^>]*(?:\/>|><\/NotificationConfiguration>)/,
  },
  refused(
    'a queue that does not exist',
    RECORDED,
    queue,
    /<Message>Unable to validate the following destination configurations<\/Message><ArgumentName1>arn:aws:sqs:[^<]*<\/ArgumentName1><ArgumentValue1>The destination queue does not exist</,
    {},
  ),
  refused(
    'a string that is not an ARN',
    RECORDED,
    (system) => queue(system, { arn: 'invalid-queue' }),
    /<Message>The ARN could not be parsed<\/Message><ArgumentName>Queue<\/ArgumentName><ArgumentValue>invalid-queue</,
  ),
  refused(
    'a topic as a queue',
    API,
    (system) => queue(system, { arn: arnOf(system).replace(':sqs:', ':sns:') }),
    /The ARN could not be parsed/,
  ),
  refused(
    'a queue in another region',
    PAGES.errors,
    (system) => queue(system, { arn: 'arn:aws:sqs:ap-south-2:111111111111:queue' }),
    /service region is not valid for the bucket location constraint/,
  ),
  refused(
    'an unknown event',
    PAGES.errors,
    (system) => queue(system, { events: ['s3:ObjectCreated:Move'] }),
    /not supported for notifications/,
  ),
  refused(
    'a filter that is neither prefix nor suffix',
    RECORDED,
    (system) => queue(system, { filter: filter(['INVALID', 'a']) }),
    /<Message>filter rule name must be either prefix or suffix<\/Message><ArgumentName>FilterRule\.Name<\/ArgumentName><ArgumentValue>INVALID</,
  ),
  refused(
    'two prefixes in one filter',
    API,
    (system) => queue(system, { filter: filter(['prefix', 'a'], ['Prefix', 'b']) }),
    /Cannot specify more than one prefix rule in a filter/,
  ),
  refused(
    'a repeated id',
    API,
    two({ id: 'same' }, { id: 'same', events: ['s3:ObjectRemoved:*'] }),
    /unique/,
  ),
  refused('the same event for two queues', FILTERS, two({}, {}), OVERLAP),
  refused(
    'an event that another one includes',
    FILTERS,
    two({}, { events: ['s3:ObjectCreated:Put'] }),
    OVERLAP,
  ),
  refused(
    'prefixes that overlap',
    FILTERS,
    two({ filter: filter(['prefix', 'images']) }, { filter: filter(['prefix', 'images/jpg']) }),
    AMBIGUOUS,
  ),
  refused(
    'suffixes that overlap',
    FILTERS,
    two({ filter: filter(['suffix', 'jpg']) }, { filter: filter(['suffix', 'pg']) }),
    AMBIGUOUS,
  ),
  refused(
    'the same event with and without a filter',
    FILTERS,
    two({}, { filter: filter(['prefix', 'a']) }),
    AMBIGUOUS,
  ),
  ...(
    [
      ['different events', {}, { events: ['s3:ObjectRemoved:*'] }],
      [
        'different prefixes',
        { filter: filter(['prefix', 'images/']) },
        { filter: filter(['prefix', 'logs/']) },
      ],
      [
        'different suffixes under overlapping prefixes',
        { filter: filter(['prefix', 'images'], ['suffix', '.jpg']) },
        { filter: filter(['prefix', 'images'], ['suffix', '.png']) },
      ],
    ] as const
  ).map(
    ([title, first, second]): Case => ({
      title: `accepts two queues with ${title}`,
      see: FILTERS,
      request: (system) => put(system, two(first, second)(system)),
    }),
  ),
  ...(
    [
      ['no events', (system) => queue(system, { events: [] })],
      [
        'no destination',
        () => '<QueueConfiguration><Event>s3:ObjectCreated:*</Event></QueueConfiguration>',
      ],
    ] as readonly (readonly [string, (system: System) => string])[]
  ).map(
    ([title, inner]): Case => ({
      title: `refuses a queue with ${title}`,
      see: API,
      request: (system) => put(system, inner(system)),
      status: '400 MalformedXML',
    }),
  ),
]
