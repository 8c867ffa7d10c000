import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type LogEntry, type StrictS3, type StrictS3Options, startStrictS3 } from 'strict-s3'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { versioning } from '../../../../test/conformance/request/version-case.ts'
import { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'
import { Receiver } from './receiver.ts'

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:uploads'
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:uploads'
const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:uploads'

let receiver: Receiver
let server: StrictS3
let system: System
let warnings: string[]

beforeEach(async () => {
  receiver = await Receiver.start()
  warnings = []
  // Before the receiver, the server of the test closes.
  onTestFinished(() => receiver.stop())
})

async function startHeard(options: StrictS3Options = {}): Promise<void> {
  const log = (_line: string, entry: LogEntry) => {
    if ('warning' in entry) warnings.push(entry.warning)
  }
  ;({ server, system } = await start({ webhook: receiver.url, log, ...options }))
}

const queue = (events: string, filter = '', arn = QUEUE) =>
  `<QueueConfiguration><Id>q</Id><Queue>${arn}</Queue>${events
    .split(' ')
    .map((each) => `<Event>s3:${each}</Event>`)
    .join('')}${filter}</QueueConfiguration>`

const SKIP = { 'x-amz-skip-destination-validation': 'true' }

const filterOf = (name: string, value: string) =>
  `<Filter><S3Key><FilterRule><Name>${name}</Name><Value>${value}</Value></FilterRule></S3Key></Filter>`

async function configure(inner: string, headers: Record<string, string> = {}): Promise<void> {
  const body = `<NotificationConfiguration>${inner}</NotificationConfiguration>`
  const ask = { method: 'PUT', query: { notification: '' }, body, headers }
  await system.expectReply(200, ask)
}

async function deleteObjects(keys: readonly string[]): Promise<void> {
  const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`)
  const body = `<Delete>${objects.join('')}</Delete>`
  const ask = { method: 'POST', query: { delete: '' }, body, md5: true } as const
  await system.expectReply(200, ask)
}

async function nextRecord() {
  const { message } = await receiver.next()
  const [record] = message.Records ?? []
  if (!record) throw new Error(`no record in ${JSON.stringify(message)}`)
  return record
}

describe('a notification configuration', () => {
  it("sends S3's test event to queues and topics", async () => {
    await startHeard()
    const topic = `<TopicConfiguration><Topic>${TOPIC}</Topic><Event>s3:ObjectRemoved:*</Event></TopicConfiguration>`
    const lambda = `<CloudFunctionConfiguration><CloudFunction>${FUNCTION}</CloudFunction><Event>s3:ObjectTagging:*</Event></CloudFunctionConfiguration>`
    await configure(queue('ObjectCreated:*') + topic + lambda)
    const tests = [await receiver.any(), await receiver.any()]
    expect(tests.map(({ arn }) => arn).sort()).toEqual([TOPIC, QUEUE])
    expect(tests[0]?.message).toEqual({
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: expect.any(String),
      Bucket: 'uploads',
      RequestId: expect.stringMatching(/^[0-9A-F]{16}$/),
      HostId: expect.any(String),
    })
    await system.put('a', 'x')
    expect((await receiver.any()).message.Records).toBeDefined()
  })

  it("sends S3's record, with the key URL-encoded", async () => {
    const now = new Date('2026-03-01T10:00:00.123Z')
    await startHeard({ now: () => now })
    const signed = system.signed.bind(system)
    system.signed = (ask) => signed({ now, ...ask })
    await configure(queue('ObjectCreated:*'))
    const key = 'a b/ü+c@d~(1).txt'
    const put = await system.put(key, 'hello')
    expect(await nextRecord()).toEqual({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'us-east-1',
      eventTime: '2026-03-01T10:00:00.123Z',
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'AWS:waybill-local' },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: {
        'x-amz-request-id': put.headers['x-amz-request-id'],
        'x-amz-id-2': put.headers['x-amz-id-2'],
      },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'q',
        bucket: {
          name: 'uploads',
          ownerIdentity: { principalId: expect.any(String) },
          arn: 'arn:aws:s3:::uploads',
        },
        object: {
          key: 'a+b/%C3%BC%2Bc%40d%7E%281%29.txt',
          size: 5,
          eTag: createHash('md5').update('hello').digest('hex'),
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
      },
    })
  })

  it('reports each way to create, tag and remove an object', async () => {
    await startHeard()
    await configure(queue('ObjectCreated:* ObjectTagging:* ObjectRemoved:*'))
    const { key } = system
    const seen: string[] = []
    const then = async () => seen.push((await nextRecord()).eventName)
    await system.put(key, 'x')
    await then()
    await system.expect(204, await system.form())
    await then()
    const copy = { 'x-amz-copy-source': `/uploads/${encodeURIComponent(key)}` }
    await system.expectReply(200, { method: 'PUT', key: 'copy', headers: copy })
    await then()
    const uploadId = await system.createUpload()
    const etag = await system.uploadPart(uploadId, 1, 'x')
    await system.expect(200, await system.complete(uploadId, [[1, etag]]))
    await then()
    const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
    const tags = { key, query: { tagging: '' } }
    await system.expectReply(200, { method: 'PUT', body, ...tags })
    await then()
    await system.expectReply(204, { method: 'DELETE', ...tags })
    await then()
    await system.expectReply(204, { method: 'DELETE', key })
    await then()
    expect(seen).toEqual([
      'ObjectCreated:Put',
      'ObjectCreated:Post',
      'ObjectCreated:Copy',
      'ObjectCreated:CompleteMultipartUpload',
      'ObjectTagging:Put',
      'ObjectTagging:Delete',
      'ObjectRemoved:Delete',
    ])
  })

  it('distinguishes delete markers from deletions, and orders them by sequencer', async () => {
    await startHeard()
    await versioning(system, 'Enabled')
    await configure(queue('ObjectCreated:* ObjectRemoved:*'))
    const put = await system.put('a', 'x')
    const marker = await system.expectReply(204, { method: 'DELETE', key: 'a' })
    for (const { headers } of [put, marker]) {
      const versionId = headers['x-amz-version-id'] ?? ''
      const ask = { method: 'DELETE', key: 'a', query: { versionId } }
      await system.expectReply(204, ask)
    }
    const gone = {
      method: 'DELETE',
      key: 'a',
      query: { versionId: put.headers['x-amz-version-id'] ?? '' },
    }
    await system.expectReply(204, gone)
    await system.put('b', 'last')
    const records = []
    for (let count = 0; count < 5; count += 1) records.push(await nextRecord())
    expect(records.map(({ eventName, s3 }) => [eventName, s3.object.key])).toEqual([
      ['ObjectCreated:Put', 'a'],
      ['ObjectRemoved:DeleteMarkerCreated', 'a'],
      ['ObjectRemoved:Delete', 'a'],
      ['ObjectRemoved:Delete', 'a'],
      ['ObjectCreated:Put', 'b'],
    ])
    expect(records[1]?.s3.object).toMatchObject({
      versionId: marker.headers['x-amz-version-id'],
      eTag: 'd41d8cd98f00b204e9800998ecf8427e',
    })
    const sequencers = records.map(({ s3 }) => s3.object.sequencer)
    expect(sequencers).toEqual([...sequencers].sort())
    expect(new Set(sequencers).size).toBe(5)
  })

  it('reports each key of DeleteObjects, even if it did not exist, as S3 does', async () => {
    await startHeard()
    await configure(queue('ObjectRemoved:Delete'))
    const keys = ['a', 'absent']
    await system.put('a', 'x')
    await deleteObjects(keys)
    const told = [await nextRecord(), await nextRecord()]
    expect(told.map(({ s3 }) => s3.object.key)).toEqual(keys)
  })

  it('reports objects that lifecycle rules delete as expired, not as removed', async () => {
    let now = new Date('2026-03-01T10:00:00Z')
    await startHeard({ now: () => now })
    const signed = system.signed.bind(system)
    system.signed = (ask) => signed({ now, ...ask })
    const rules =
      '<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>'
    const ask = { method: 'PUT', query: { lifecycle: '' }, body: rules, md5: true } as const
    await system.expectReply(200, ask)
    await configure(queue('ObjectRemoved:* LifecycleExpiration:*'))
    await system.put('a', 'x')
    now = new Date('2026-03-03T10:00:00Z')
    expect(await system.keys()).toEqual([])
    expect(await nextRecord()).toMatchObject({
      eventVersion: '2.3',
      eventName: 'LifecycleExpiration:Delete',
      userIdentity: { principalId: 's3.amazonaws.com' },
      requestParameters: { sourceIPAddress: 's3.amazonaws.com' },
    })
  })

  it.each([
    ['prefix', 'in/', 'in/a', 'out/in/a'],
    ['Prefix', 'a+b%26', 'a b&c', 'a+b%26c'],
    ['suffix', '.txt', 'a.txt', 'a.txt.gz'],
    ['SUFFIX', '%2Btxt', 'a+txt', 'a txt'],
    ['prefix', '100%', '100% sure', '100'],
  ])('filters by %s %s', async (name, value, inside, outside) => {
    await startHeard()
    await configure(queue('ObjectCreated:*', filterOf(name, value)))
    await system.put(outside, 'x')
    await system.put(inside, 'x')
    const { s3 } = await nextRecord()
    expect(new URLSearchParams(`k=${s3.object.key}`).get('k')).toBe(inside)
  })

  it('sends nothing for other buckets, other events or a deleted configuration', async () => {
    await startHeard({ buckets: ['uploads', 'others'] })
    await configure(queue('ObjectCreated:Put'))
    await new System(server, 'others').put('a', 'x')
    await system.expect(204, await system.form())
    await configure('')
    await system.put('b', 'x')
    await configure(queue('ObjectCreated:Put'))
    await system.put('c', 'x')
    expect((await nextRecord()).s3.object.key).toBe('c')
  })

  it('survives a restart, after which sequencers continue', async () => {
    const dir = temporaryFolder('waybill-notifications-')
    await startHeard({ dir })
    await configure(queue('ObjectCreated:* ObjectRemoved:*'))
    await system.put('a', 'x')
    await system.expectReply(204, { method: 'DELETE', key: 'a' })
    const before = [await nextRecord(), await nextRecord()].map(({ s3 }) => s3.object.sequencer)
    await server.close()
    await startHeard({ dir })
    await system.put('a', 'x')
    const { s3 } = await nextRecord()
    const all = [...before, s3.object.sequencer]
    expect(all).toEqual([...new Set(all)].sort())
  })
})

describe('EventBridge', () => {
  it('gets all events in its own format once it is configured', async () => {
    await startHeard()
    await configure('<EventBridgeConfiguration/>')
    await system.put('a b', 'x')
    const created = await receiver.next()
    expect(created).toMatchObject({
      arn: 'eventbridge',
      message: {
        source: 'aws.s3',
        'detail-type': 'Object Created',
        detail: { reason: 'PutObject', object: { key: 'a b' } },
      },
    })
    await system.expectReply(204, { method: 'DELETE', key: 'a b' })
    expect((await receiver.next()).message).toMatchObject({
      'detail-type': 'Object Deleted',
      detail: {
        reason: 'DeleteObject',
        'deletion-type': 'Permanently Deleted',
        object: { key: 'a b', sequencer: expect.any(String) },
      },
    })
  })
})

describe('a receiver', () => {
  it('gets missed events, in order, after it was down', async () => {
    await startHeard()
    await configure(queue('ObjectCreated:*'), SKIP)
    receiver.answers.push(503, 429, 500)
    for (const key of ['a', 'b', 'c']) await system.put(key, 'x')
    const keys = []
    for (let count = 0; count < 3; count += 1) keys.push((await nextRecord()).s3.object.key)
    expect(keys).toEqual(['a', 'b', 'c'])
    expect(receiver.attempts).toEqual([503, 429, 500, 200, 200, 200])
    expect(warnings).toEqual([
      `the webhook at http://127.0.0.1:${receiver.port}: status 503; events wait and are retried`,
    ])
  })

  it('gets its events even if nothing listened at first', async () => {
    const { port } = receiver
    await startHeard()
    await receiver.stop()
    await configure(queue('ObjectCreated:*'), SKIP)
    await system.put('a', 'x')
    receiver = await Receiver.start(port)
    expect((await nextRecord()).s3.object.key).toBe('a')
    expect(warnings[0]).toContain('ECONNREFUSED')
  })

  it('gets no retries after a rejection, and its redirects are not followed', async () => {
    await startHeard()
    await configure(queue('ObjectCreated:*'), SKIP)
    receiver.answers.push(400, 307)
    for (const key of ['a', 'b', 'c']) await system.put(key, 'x')
    expect((await nextRecord()).s3.object.key).toBe('c')
    expect(receiver.attempts).toEqual([400, 307, 200])
    expect(warnings).toHaveLength(2)
    expect(warnings.join()).not.toContain('hidden')
  })

  it('that never responds delays neither requests nor shutdown', async () => {
    await startHeard()
    await configure(queue('ObjectCreated:*'), SKIP)
    receiver.answers.push('silence')
    await system.put('a', 'x')
    await receiver.attempted(1)
    for (const key of ['b', 'c']) await system.put(key, 'x')
    expect(await system.keys()).toEqual(['a', 'b', 'c'])
    await server.close()
    expect(receiver.attempts).toEqual(['silence'])
    expect(warnings.at(-1)).toContain('3 events were not delivered')
  })

  it('gets nothing from before a reset', async () => {
    await startHeard()
    await configure(queue('ObjectCreated:*'), SKIP)
    receiver.answers.push('silence')
    for (const key of ['a', 'b']) await system.put(key, 'x')
    await receiver.attempted(1)
    await server.reset()
    await configure(queue('ObjectCreated:*'), SKIP)
    await system.put('c', 'x')
    expect((await nextRecord()).s3.object.key).toBe('c')
    expect(receiver.attempts).toEqual(['silence', 200])
  })

  it('accumulates a bounded number of waiting events', async () => {
    await startHeard()
    await configure(queue('ObjectRemoved:*'), SKIP)
    receiver.answers.push('silence')
    await system.expectReply(204, { method: 'DELETE', key: 'first' })
    await receiver.attempted(1)
    for (let round = 0; round < 10; round += 1) {
      await deleteObjects(Array.from({ length: 1000 }, (_, index) => `${round}-${index}`))
    }
    expect(warnings.at(-1)).toContain('10000 events are waiting, new ones are dropped')
    await server.close()
    expect(warnings.at(-2)).toContain('1 events were dropped')
    expect(warnings.at(-1)).toContain('10000 events were not delivered')
  })
})

describe('the webhook option', () => {
  it('gives each ARN its own URL', async () => {
    const other = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? address?.port : 0
    const told: string[] = []
    other.on('request', (request) => told.push(String(request.headers['x-strict-s3-destination'])))
    const minio = 'arn:minio:sqs::primary:webhook'
    await startHeard({ webhook: { [QUEUE]: receiver.url, [minio]: `http://127.0.0.1:${port}` } })
    const heard = once(other, 'request')
    await configure(
      queue('ObjectCreated:*') +
        `<QueueConfiguration><Queue>${minio}</Queue><Event>s3:ObjectRemoved:*</Event></QueueConfiguration>`,
    )
    await heard
    await system.put('a', 'x')
    expect((await receiver.next()).arn).toBe(QUEUE)
    expect(told).toEqual([minio])
    other.close()
  })

  it.each(['ftp://127.0.0.1/', 'nowhere', 'http://user:hidden@127.0.0.1/'])(
    'rejects %s without repeating it',
    async (webhook) => {
      await startHeard()
      const refusal = await startStrictS3({ webhook }).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(TypeError)
      expect(String(refusal)).not.toMatch(/hidden|127|nowhere/)
    },
  )

  it('is the only source of destinations: without it there are none', async () => {
    await startHeard({ webhook: {} })
    const put = async (headers: Record<string, string> = {}) => {
      const body = `<NotificationConfiguration>${queue('ObjectCreated:*')}</NotificationConfiguration>`
      return system.reply({ method: 'PUT', query: { notification: '' }, body, headers })
    }
    const refused = await put()
    expect(refused).toMatchObject({ status: 400, code: 'InvalidArgument' })
    expect(refused.body.toString()).toContain(
      `<ArgumentName1>${QUEUE}</ArgumentName1><ArgumentValue1>The destination queue does not exist</ArgumentValue1>`,
    )
    expect((await put(SKIP)).status).toBe(200)
    for (const key of ['a', 'b']) await system.put(key, 'x')
    expect(warnings).toEqual([
      `events for ${QUEUE} go nowhere: the option webhook has no URL for it`,
    ])
  })

  it('logs at most 100 ARNs without a URL, because clients can make up any number', async () => {
    await startHeard({ webhook: {} })
    for (let round = 0; round < 3; round += 1) {
      const queues = Array.from({ length: 50 }, (_, index) =>
        queue(
          'ObjectCreated:*',
          filterOf('prefix', `${index}/`),
          `${QUEUE}-${round}-${index}`,
        ).replace('<Id>q</Id>', ''),
      )
      await configure(queues.join(''), SKIP)
      for (let index = 0; index < 50; index += 1) await system.put(`${index}/a`, 'x')
    }
    expect(warnings).toHaveLength(101)
    expect(warnings.at(-1)).toBe('there are 100 such ARNs, so no more are logged')
  })
})
