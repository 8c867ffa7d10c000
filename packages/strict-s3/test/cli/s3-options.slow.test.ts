/**
 * What `strict-s3` can be told: key pairs and buckets from a file, origins, host names, a certificate, the log.
 *
 * Slow: each test starts the program, some make a certificate. `packages/strict-s3/test/access/access.test.ts` and
 * `packages/strict-s3/test/http/log.test.ts` have what the options choose, `packages/waybill-cli/test/main.test.ts` how a line is
 * read.
 *
 * @module
 */

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import {
  GetObjectCommand,
  ListBucketsCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { startProgram, temporaryDirectory } from '@waybill/test-support/waybill-process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CommandFailure } from '../../../command-line/src/command-failure.ts'
import { readS3Config } from '../../src/cli/s3-config.ts'
import { canMakeCertificates, makeCertificate } from '../certificate.ts'
import { Receiver } from '../notifications/receiver.ts'
import { clientAt, fileWith, refusal, startS3 } from './program.ts'

const OWNER = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' }
const READER = { accessKeyId: 'reader', secretAccessKey: 'reader-secret', readOnly: true }
const TENANT = { accessKeyId: 'tenant', secretAccessKey: 'tenant-secret', prefix: 'tenant/' }

async function answerTo(
  url: string,
  method: string,
  headers: Record<string, string>,
): Promise<IncomingMessage> {
  const outgoing = httpRequest(url, { method, headers, agent: false }).end()
  const [incoming]: IncomingMessage[] = await once(outgoing, 'response')
  if (!incoming) throw new Error(`no answer from ${url}`)
  return incoming
}

async function preflight(endpoint: string, bucket: string, origin: string): Promise<unknown> {
  const headers = { origin, 'access-control-request-method': 'PUT' }
  const answer = await answerTo(`${endpoint}/${bucket}/a`, 'OPTIONS', headers)
  answer.resume()
  return answer.headers['access-control-allow-origin']
}

describe('strict-s3 --webhook', () => {
  const ARN = 'arn:aws:sqs:us-east-1:123456789012:uploads'

  it("sends an ARN's events to its URL", async () => {
    const receiver = await Receiver.start()
    onTestFinished(() => receiver.stop())
    const config = await fileWith({ credentials: [OWNER], buckets: ['uploads'] })
    const { endpoint } = await startS3(['--config', config, '--webhook', `${ARN}=${receiver.url}`])
    const client = clientAt(endpoint, OWNER)
    const configure = (QueueArn: string) =>
      new PutBucketNotificationConfigurationCommand({
        Bucket: 'uploads',
        NotificationConfiguration: {
          QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*'] }],
        },
      })
    await expect(client.send(configure(`${ARN}-2`))).rejects.toMatchObject({
      name: 'InvalidArgument',
    })
    await client.send(configure(ARN))
    await client.send(new PutObjectCommand({ Bucket: 'uploads', Key: 'a', Body: 'x' }))
    expect((await receiver.next()).arn).toBe(ARN)
  })

  it.each(['nowhere', `${ARN}=nowhere`, `${ARN}=http://user:hidden@127.0.0.1/`])(
    'refuses %s without repeating it',
    async (value) => {
      const said = await refusal(2, ['--webhook', value])
      expect(said).toContain('--webhook: a webhook ')
      expect(said).not.toMatch(/hidden|nowhere/)
    },
  )
})

describe('strict-s3 --config', () => {
  it('gives each key pair its rights', async () => {
    const config = await fileWith({
      region: 'eu-west-1',
      credentials: [OWNER, READER, TENANT],
      buckets: ['one', { name: 'two' }],
    })
    const { endpoint, stdout } = await startS3(['--config', config])
    const [owner, reader, tenant] = [OWNER, READER, TENANT].map((pair) =>
      clientAt(endpoint, pair, 'eu-west-1'),
    )
    const put = (Key: string) => new PutObjectCommand({ Bucket: 'one', Key, Body: 'x' })
    const { Buckets } = (await owner?.send(new ListBucketsCommand())) ?? {}
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['one', 'two'])
    await owner?.send(put('a'))
    await reader?.send(new GetObjectCommand({ Bucket: 'one', Key: 'a' }))
    await expect(reader?.send(put('a'))).rejects.toMatchObject({ name: 'AccessDenied' })
    await tenant?.send(put('tenant/a'))
    await expect(tenant?.send(put('a'))).rejects.toMatchObject({ name: 'AccessDenied' })
    expect(stdout()).not.toContain('secret')
  })

  it('gives a bucket its own CORS rules, and applies --cors to the others', async () => {
    const cors = [{ allowedOrigins: ['https://own.test'], allowedMethods: ['PUT'] }]
    const config = await fileWith({ buckets: [{ name: 'own', cors }, 'other'] })
    const { endpoint } = await startS3([
      '--config',
      config,
      '--cors',
      'https://a.test,https://b.test',
    ])
    expect(await preflight(endpoint, 'own', 'https://own.test')).toBe('https://own.test')
    expect(await preflight(endpoint, 'own', 'https://a.test')).toBeUndefined()
    expect(await preflight(endpoint, 'other', 'https://b.test')).toBe('https://b.test')
  })

  it.each([
    [{ credentials: [] }, 'credentials is a list, expected at least one key pair'],
    [{ credentials: [{ ...OWNER, readonly: true }] }, "credentials[0] has a field 'readonly'"],
    [{ credentials: [{ accessKeyId: 'a' }] }, 'credentials[0].secretAccessKey is missing'],
    [
      { credentials: [{ ...OWNER, secretAccessKey: 'hush ' }] },
      'credentials[0].secretAccessKey ends with a space',
    ],
    [{ credentials: [{ ...READER, readOnly: 'yes' }] }, 'credentials[0].readOnly is a string'],
    [{ credentials: [OWNER, OWNER] }, "credentials has the accessKeyId 'owner' twice"],
    [{ credentials: [{ ...OWNER, expiration: 'soon' }] }, 'expected a date such as'],
    [{ buckets: [''] }, 'buckets[0] is empty, expected a text'],
    [
      { buckets: [{ name: 'a-b', cors: [{ allowedOrigins: ['*'], allowedMethods: ['PATCH'] }] }] },
      'buckets[0].cors[0].allowedMethods[0] is a string, expected one of GET, PUT',
    ],
    [{ bucket: ['a'] }, "the file has a field 'bucket', expected one of region"],
    [['a'], 'the file is a list, expected an object'],
    ['{"credentials": [{"secretAccessKey": "hush"', 'it is not JSON'],
  ])('rejects %j', async (config, reason) => {
    const file = await fileWith(config)
    const refused: unknown = await readS3Config({ value: file, name: '--config' }).catch(
      (error: unknown) => error,
    )
    expect(refused).toBeInstanceOf(CommandFailure)
    expect(String(refused)).toContain(`--config: ${file}: `)
    expect(String(refused)).toContain(reason)
    expect(String(refused)).not.toMatch(/hush|owner-secret/)
  })

  it('rejects a bucket name that S3 would reject', async () => {
    const config = await fileWith({ buckets: ['No'] })
    expect(await refusal(1, ['--config', config])).toContain('InvalidBucketName')
  })

  it('names the file that does not exist', async () => {
    expect(await refusal(1, ['--config', 'nowhere.json'])).toContain('nowhere.json')
  })
})

describe('strict-s3 --cors', () => {
  it('admits pages of any origin', async () => {
    const { endpoint } = await startS3(['--cors', '*'])
    expect(await preflight(endpoint, 'uploads', 'https://elsewhere.test')).toBe('*')
  })

  it("admits only this machine's pages when it is not set", async () => {
    const { endpoint } = await startS3([])
    expect(await preflight(endpoint, 'uploads', 'https://elsewhere.test')).toBeUndefined()
    const here = 'http://localhost:3000'
    expect(await preflight(endpoint, 'uploads', here)).toBe(here)
  })

  it('rejects what S3 rejects', async () => {
    expect(await refusal(1, ['--cors', 'https://*.*'])).toContain('more than one wildcard')
  })
})

describe('strict-s3 --domain', () => {
  it('finds the bucket in the host', async () => {
    const { endpoint } = await startS3(['--domain', 's3.test, store.test'])
    const origin = 'http://localhost:3000'
    const headers = { origin, 'access-control-request-method': 'PUT' }
    const answerOf = async (host: string) => {
      const answer = await answerTo(`${endpoint}/a.txt`, 'OPTIONS', { host, ...headers })
      answer.resume()
      return answer.headers['access-control-allow-origin']
    }
    expect(await answerOf('uploads.store.test')).toBe(origin)
    expect(await answerOf('uploads.other.test')).toBeUndefined()
  })
})

describe('strict-s3 --log', () => {
  it('writes one JSON object per line and nothing else', async () => {
    const home = await temporaryDirectory()
    const s3 = startProgram('strict-s3', ['--port', '0', '--dir', home, '--log', 'json'])
    const [, endpoint = ''] = await s3.said(/"ready":"([^"]+)"/)
    const wrong = clientAt(endpoint, { accessKeyId: 'waybill-local', secretAccessKey: 'guessed' })
    await expect(wrong.send(new ListBucketsCommand())).rejects.toThrow()
    await s3.said(/ListBuckets.*\n/)
    const entries = s3
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(entries).toMatchObject([
      { dir: home },
      {
        method: 'GET',
        path: '/',
        operation: 'ListBuckets',
        status: 403,
        code: 'SignatureDoesNotMatch',
      },
    ])
  })
})

const title = canMakeCertificates ? 'TLS' : 'TLS (skipped: `openssl` is not installed)'

describe.skipIf(!canMakeCertificates)(title, () => {
  async function certificate() {
    const { key, cert } = await makeCertificate()
    return { key: await fileWith(key), cert: await fileWith(cert) }
  }

  it('serves the configured certificate', async () => {
    const { key, cert } = await certificate()
    const { endpoint } = await startS3(['--cert', cert, '--key', key])
    expect(endpoint).toMatch(/^https:/)
    const outgoing = httpsRequest(endpoint, { ca: await readFile(cert), agent: false }).end()
    const [answer]: IncomingMessage[] = await once(outgoing, 'response')
    answer?.resume()
    expect(answer?.statusCode).toBe(403)
  })

  it('needs both files, readable and in PEM format', async () => {
    const { key, cert } = await certificate()
    expect(await refusal(2, ['--cert', cert])).toContain('--cert needs --key')
    expect(await refusal(2, ['--key', key])).toContain('--key needs --cert')
    expect(await refusal(1, ['--cert', 'no.pem', '--key', key])).toContain('cannot read no.pem')
    const other = await fileWith('not a certificate')
    expect(await refusal(1, ['--cert', other, '--key', key])).toContain('is not a PEM file')
    const stranger = (await certificate()).key
    expect(await refusal(1, ['--cert', cert, '--key', stranger])).toContain('--cert and --key:')
  })
})
