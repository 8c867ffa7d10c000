/**
 * What minio-client alone can do of all the clients: Object Lock and notifications.
 *
 * Slow: starts a foreign program more than ten times. Where it is not installed, the tests say so.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  findProgram,
  MINIO_CLIENT,
  openClient,
  type RunningClient,
} from '@waybill/test-support/command-line-client'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Receiver } from '../notifications/receiver.ts'

const ARN = 'arn:minio:sqs::primary:webhook'

const program = await findProgram(MINIO_CLIENT)
if (program === undefined) console.warn('minio-client is not installed: its tests are skipped')

describe.skipIf(program === undefined)('minio-client', () => {
  let receiver: Receiver
  let server: StrictS3
  let client: RunningClient
  let file: string

  beforeEach(async () => {
    receiver = await Receiver.start()
    server = await startStrictS3({ buckets: ['uploads'], webhook: { [ARN]: receiver.url } })
    client = await openClient(MINIO_CLIENT, program ?? '', server)
    file = join(client.home, 'sent.txt')
    await writeFile(file, 'sent')
  })

  afterEach(async () => {
    await client.remove()
    await server.close()
    await receiver.stop()
  })

  it("subscribes to events with MinIO's kind of ARN", async () => {
    const uploads = 'local/uploads'
    await client.run('event', 'add', uploads, ARN, '--event', 'put', '--prefix', 'in/')
    expect(await client.run('event', 'list', uploads)).toContain(ARN)
    await client.run('cp', file, `${uploads}/in/sent.txt`)
    expect(await receiver.next()).toMatchObject({
      arn: ARN,
      message: { Records: [{ s3: { object: { key: 'in/sent.txt' } } }] },
    })
  })

  it('locks versions by default and with a legal hold', async () => {
    const vault = 'local/vault'
    await client.run('mb', '--with-lock', vault)
    await client.run('retention', 'set', '--default', 'governance', '2d', vault)
    await client.run('cp', file, `${vault}/kept.txt`)
    const key = `${vault}/kept.txt`
    expect(await client.run('retention', 'info', key)).toContain('GOVERNANCE')
    await client.run('legalhold', 'set', key)
    const remove = () => client.run('rm', '--versions', '--force', '--bypass', key)
    await expect(remove()).rejects.toThrow('object protected by object lock')
    await client.run('legalhold', 'clear', key)
    await remove()
    expect(await client.run('ls', '--versions', vault)).toBe('')
  })
})
