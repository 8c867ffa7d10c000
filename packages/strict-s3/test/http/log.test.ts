import type { LogEntry, RequestEntry } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import {
  anonymously,
  policyText,
  putPolicy,
} from '../../../../test/conformance/request/policy-case.ts'
import { signHeader } from '../../../../test/conformance/request/signing.ts'
import { logLine } from '../../src/http/log.ts'
import { start } from '../start.ts'

describe('the log', () => {
  it('has one line per request with operation, status and reason', async () => {
    const { system, entries, lines } = await start()
    await system.put('a', 'x')
    await system.reply({ key: 'nothing' })
    expect(entries).toMatchObject([
      { method: 'PUT', path: '/uploads/a', operation: 'PutObject', status: 200, size: 1 },
      { operation: 'GetObject', status: 404, code: 'NoSuchKey' },
    ])
    expect(lines[1]).toMatch(
      /^\d\d:\d\d:\d\d {2}GetObject +404 +uploads\/nothing {2}\d+ ms {2}NoSuchKey: /,
    )
  })

  it("names an unknown access key, and the server's own", async () => {
    const { system, lines } = await start()
    const credentials = { accessKeyId: 'nobody', secretAccessKey: 'hush' }
    await system.reply({ key: 'a', credentials })
    expect(lines[0]).toMatch(
      /InvalidAccessKeyId: .* the request is signed with 'nobody', but this server has waybill-local$/,
    )
  })

  it('shows on a terminal when the response ended, and a trace with its differences in color', () => {
    const asIs = (text: string) => text
    const look = {
      columns: 60,
      faint: asIs,
      warning: asIs,
      good: (text: string) => `<good>${text}`,
      bad: (text: string) => `<bad>${text}`,
    }
    const entry: RequestEntry = {
      time: new Date(2026, 0, 31, 12, 0, 1, 900),
      requestId: 'A',
      method: 'PUT',
      path: '/uploads/a',
      operation: 'PutObject',
      status: 403,
      durationMs: 100,
      code: 'SignatureDoesNotMatch',
      message: 'Check your key.',
      trace:
        "  The client signed the host '127.0.0.1:9000', and sent 'b'\n    PUT\n  - host:b\n  + host:a",
    }
    const [line, ...rest] = logLine(entry, look).split('\n')
    expect(line).toMatch(/^12:00:02 /)
    expect(rest).toEqual([
      '          SignatureDoesNotMatch: Check your key.',
      "          The client signed the host '127.0.0.1:9000', and",
      "          sent 'b'",
      '            PUT',
      '<bad>          - host:b',
      '<good>          + host:a',
    ])
  })

  it('names operations that only S3 supports, with their query but no signature', async () => {
    const { system, entries, lines } = await start()
    const asked = [
      { method: 'PUT', query: { replication: '' }, body: 'x' },
      { query: { inventory: '' } },
      { query: { inventory: '', id: 'a' } },
      { method: 'PUT', key: 'a', query: { 'legal-hold': '' }, body: 'x' },
      { method: 'POST', key: 'a', query: { restore: '' }, body: 'x' },
      { query: { 'list-type': '2', prefix: 'a/' } },
      { key: 'a', query: { uploadId: 'secret' } },
    ]
    for (const each of asked) await system.reply(each)
    await system.send(await system.presigned({ key: 'a' }))
    expect(entries.map((entry) => 'operation' in entry && [entry.operation, entry.query])).toEqual([
      ['PutBucketReplication', 'replication'],
      ['ListBucketInventoryConfigurations', 'inventory'],
      ['GetBucketInventoryConfiguration', 'id=a&inventory'],
      ['PutObjectLegalHold', 'legal-hold'],
      ['RestoreObject', 'restore'],
      ['ListObjectsV2', 'list-type=2&prefix=a%2F'],
      ['ListParts', 'uploadId'],
      ['GetObject', undefined],
    ])
    expect(lines[0]).toMatch(/ {2}PutBucketReplication +501 +uploads /)
    expect(lines[5]).toContain('  uploads?prefix=a/  ')
    expect(lines.join('\n')).not.toMatch(/secret|X-Amz-/)
  })

  it("includes a virtual host's bucket, and a form's key", async () => {
    const { system, entries, lines } = await start()
    const signer = {
      ...system.signer,
      host: `uploads.localhost:${new URL(system.target.endpoint).port}`,
    }
    await system.send(await signHeader(signer, { method: 'GET', path: '/a%2Fü' }))
    await system.send(await system.form({ key: 'film\n.mp4', expiration: new Date(0) }))
    expect(entries).toMatchObject([
      { bucket: 'uploads', key: 'a%2Fü', code: 'NoSuchKey' },
      { bucket: 'uploads', key: 'film\n.mp4', code: 'AccessDenied' },
    ])
    expect(lines[0]).toMatch(/ {2}GetObject +404 +uploads\/a%2Fü /)
    expect(lines[1]).toMatch(/ {2}PostObject +403 +uploads\/film\\u000a\.mp4 /)
  })

  it('explains why access is denied, which the client does not learn', async () => {
    const reader = { accessKeyId: 'reader', secretAccessKey: 'reader-secret', readOnly: true }
    const owner = { accessKeyId: 'owner', secretAccessKey: 'owner-secret' }
    const { system, lines } = await start({ credentials: [owner, reader] })
    const statement = { Effect: 'Deny' as const, Action: 's3:GetObject' }
    await system.expect(204, await putPolicy(system, policyText(system, statement)))
    const asked = [
      await system.signed({ method: 'PUT', key: 'a', body: 'x', credentials: reader }),
      await system.signed({ key: 'a' }),
      await anonymously('a')(system),
    ]
    for (const raw of asked) {
      const reply = await system.send(raw)
      expect(String(reply.body)).toContain('<Message>Access Denied</Message>')
    }
    expect(lines.slice(1).map((line) => line.split('Access Denied: ')[1])).toEqual([
      'the access key reader may only read',
      'the bucket policy denies s3:GetObject on arn:aws:s3:::uploads/a',
      'the bucket policy denies s3:GetObject on arn:aws:s3:::uploads/a',
    ])
  })

  it('does not report a failure when a client stops listening to events', async () => {
    const logged = Promise.withResolvers<LogEntry>()
    const { system } = await start({
      log: (_line, entry) => {
        if ('operation' in entry && entry.operation === 'ListenBucketEvents') logged.resolve(entry)
      },
    })
    const { method, path, headers } = await system.signed({ query: { events: '' } })
    const stop = new AbortController()
    const response = await fetch(system.target.endpoint + path, {
      method,
      headers: Object.entries(headers).filter(([name]) => name !== 'host'),
      signal: stop.signal,
    })
    await response.body?.getReader().read()
    stop.abort()
    await system.put('a', 'x')
    expect(await logged.promise).toMatchObject({ status: 200 })
    expect(await logged.promise).not.toHaveProperty('code')
  })

  it('names an operation that is not implemented', async () => {
    const { system, lines } = await start()
    await system.reply({ key: 'a', query: { torrent: '' } })
    expect(lines[0]).toContain(
      "NotImplemented: The local S3 does not implement GET with the sub-resource 'torrent'",
    )
  })

  it('explains that clients cannot listen to events as they can on MinIO', async () => {
    const { system, lines } = await start()
    const reply = await system.reply({ query: { events: 's3:ObjectCreated:*' } })
    expect(reply.status).toBe(501)
    expect(lines[0]).toContain('STRICT_S3_WEBHOOK')
  })

  it('never contains a signature or a secret', async () => {
    const { system, lines, entries } = await start()
    const raw = await system.presigned({ key: 'a' })
    await system.send(raw)
    await system.send({ ...raw, method: 'DELETE' })
    const signature = /X-Amz-Signature=(\w+)/.exec(raw.path)?.[1]
    const said = JSON.stringify([lines, entries])
    expect(said).not.toContain(signature)
    expect(said).not.toContain('waybill-local-secret')
  })
})
