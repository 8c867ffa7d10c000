/**
 * What only the AWS CLI has: presigned URLs, and S3's operations by their own names.
 *
 * Slow: each call starts the AWS CLI, which takes a second of CPU.
 * `packages/strict-s3/test/clients/aws-sdk.test.ts` and `test/conformance` ask the same of the server.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AWS_CLI,
  findProgram,
  openClient,
  type RunningClient,
} from '@waybill/test-support/command-line-client'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const MIB = 1024 * 1024
const program = await findProgram(AWS_CLI)
const missing = 'the AWS CLI is not installed: its tests are skipped'
if (program === undefined) console.warn(missing)

describe.skipIf(program === undefined)(program ? 'the AWS CLI' : missing, () => {
  let server: StrictS3
  let aws: RunningClient

  beforeAll(async () => {
    server = await startStrictS3({ buckets: ['uploads'] })
    aws = await openClient(AWS_CLI, program ?? '', server)
  })

  afterAll(async () => {
    await aws.remove()
    await server.close()
  })

  async function file(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(aws.home, name)
    await writeFile(path, bytes)
    return path
  }

  /** `s3api` answers in JSON. */
  async function s3api(...args: readonly string[]) {
    return JSON.parse((await aws.run('s3api', ...args)) || '{}')
  }

  it('presigns a URL that anyone can then download', async () => {
    const bytes = randomBytes(1000)
    const url = 's3://uploads/signed/ü +1.bin'
    await aws.run('s3', 'cp', '--quiet', await file('signed.bin', bytes), url)
    const presigned = (await aws.run('s3', 'presign', '--expires-in', '60', url)).trim()
    expect(Buffer.from(await (await fetch(presigned)).arrayBuffer())).toEqual(bytes)
    const changed = presigned.replace('Expires=60', 'Expires=6000')
    expect((await fetch(changed)).status).toBe(403)
  })

  it('uploads parts one by one', async () => {
    const parts = [randomBytes(5 * MIB), randomBytes(1000)]
    const object = ['--bucket', 'uploads', '--key', 'by hand.bin']
    const { UploadId } = await s3api('create-multipart-upload', ...object)
    const upload = [...object, '--upload-id', UploadId]
    const Parts: { PartNumber: number; ETag: string }[] = []
    for (const [index, bytes] of parts.entries()) {
      const PartNumber = index + 1
      const body = ['--part-number', String(PartNumber), '--body', await file('part.bin', bytes)]
      const { ETag } = await s3api('upload-part', ...upload, ...body)
      Parts.push({ PartNumber, ETag })
    }
    const listed = await s3api('list-parts', ...upload)
    expect(listed.Parts).toMatchObject([{ Size: 5 * MIB }, { Size: 1000 }])
    const structure = ['--multipart-upload', JSON.stringify({ Parts })]
    const done = await s3api('complete-multipart-upload', ...upload, ...structure)
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/)
    const head = await s3api('head-object', ...object)
    expect(head.ContentLength).toBe(5 * MIB + 1000)
  })

  it('aborts an upload', async () => {
    const object = ['--bucket', 'uploads', '--key', 'aborted.bin']
    const { UploadId } = await s3api('create-multipart-upload', ...object)
    await s3api('abort-multipart-upload', ...object, '--upload-id', UploadId)
    const { Uploads = [] } = await s3api('list-multipart-uploads', '--bucket', 'uploads')
    expect(Uploads).toEqual([])
  })

  it('deletes everything below a prefix', async () => {
    const small = await file('small.txt', Buffer.from('x'))
    for (const name of ['a', 'b', 'c/d']) {
      await aws.run('s3', 'cp', '--quiet', small, `s3://uploads/gone/${name}`)
    }
    await aws.run('s3', 'rm', '--quiet', '--recursive', 's3://uploads/gone/')
    const { KeyCount = 0 } = await s3api(
      'list-objects-v2',
      ...['--bucket', 'uploads', '--prefix', 'gone/'],
    )
    expect(KeyCount).toBe(0)
  })
})
