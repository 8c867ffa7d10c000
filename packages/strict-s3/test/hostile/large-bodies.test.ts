import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import type { Worker } from 'node:worker_threads'
import { createCRC64 } from 'hash-wasm'
import type { StrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { presignUrl } from 'waybill-s3'

const MIB = 1024 ** 2

describe('bodies that are hashed in a worker thread', () => {
  let s3: StrictS3
  beforeAll(async () => {
    // With threads of its own: other files in this process may have started some.
    vi.resetModules()
    const { startStrictS3 } = await import('strict-s3')
    s3 = await startStrictS3({ buckets: ['uploads'] })
  })
  afterAll(() => s3.close())

  // Before the others: it is told of the thread that its body starts.
  it('fail rather than hang if the thread ends, and the next body gets a new one', async () => {
    const body = bytesOf(16 * MIB)
    const outgoing = await open(body, 'ended')
    outgoing.on('error', () => {}) // it is answered before it has sent everything
    const answered = once(outgoing, 'response')
    const started = new Promise<Worker>((resolve) => process.once('worker', resolve))
    outgoing.write(body.subarray(0, 2 * MIB))
    const thread = await started
    // By the time that another is stored, the thread has hashed what has come of the first, and waits.
    await put(bytesOf(2 * MIB), 65_537)
    await thread.terminate()
    outgoing.end(body.subarray(2 * MIB))
    const [{ statusCode }] = await answered
    expect(statusCode).toBe(500)
    expect(await put(body, 65_536)).toEqual(await digestsOf(body))
  })

  it.each([
    ['the last that needs no thread', MIB],
    ['the first that needs one', MIB + 1],
    ['whole slots', 2 * MIB],
    ['the ring more than once, and a byte', 3 * MIB + 256 * 1024 + 1],
  ])('get their MD5 as ETag and the right CRC64NVME: %s', async (_, size) => {
    const body = bytesOf(size)
    const { etag, crc64nvme } = await put(body, 65_537)
    expect({ etag, crc64nvme }).toEqual(await digestsOf(body))
  })

  it('are accepted in one piece as well as in many', async () => {
    const body = bytesOf(5 * MIB + 7)
    const digests = await digestsOf(body)
    expect(await put(body, body.length)).toEqual(digests)
    expect(await put(body, 1021)).toEqual(digests)
  })

  it('do not mix when many arrive at once', async () => {
    const bodies = Array.from({ length: 8 }, (_, index) => bytesOf(2 * MIB + index * 100_003))
    const stored = await Promise.all(bodies.map((body) => put(body, 30_011)))
    expect(stored).toEqual(await Promise.all(bodies.map(digestsOf)))
  })

  it('leave the server intact when their clients disconnect midway', async () => {
    const body = bytesOf(3 * MIB)
    for (let cut = 0; cut < 8; cut += 1) await putAndLeave(body, MIB + cut * 200_000)
    expect(await put(body, 65_536)).toEqual(await digestsOf(body))
  })

  async function open(body: Buffer, key: string) {
    const { endpoint, region, credentials } = s3
    const { url } = await presignUrl({
      ...{ endpoint, region, credentials, bucket: 'uploads', addressing: 'path' as const },
      ...{ method: 'PUT' as const, key },
    })
    return request(url, { method: 'PUT', headers: { 'content-length': String(body.length) } })
  }

  async function put(body: Buffer, pieceSize: number) {
    const outgoing = await open(body, `${body.length}-${pieceSize}`)
    const answered = once(outgoing, 'response')
    for (let at = 0; at < body.length; at += pieceSize) {
      if (!outgoing.write(body.subarray(at, at + pieceSize))) await once(outgoing, 'drain')
    }
    outgoing.end()
    const [{ statusCode, headers }] = await answered
    expect(statusCode).toBe(200)
    return {
      etag: headers.etag as unknown,
      crc64nvme: headers['x-amz-checksum-crc64nvme'] as unknown,
    }
  }

  async function putAndLeave(body: Buffer, size: number): Promise<void> {
    const outgoing = await open(body, 'left')
    outgoing.on('error', () => {}) // it hangs up on itself
    const closed = new Promise((resolve) => outgoing.on('close', resolve))
    outgoing.write(body.subarray(0, size), () => outgoing.destroy())
    await closed
  }
})

function bytesOf(size: number): Buffer {
  return Buffer.alloc(size, createHash('sha512').update(String(size)).digest())
}

async function digestsOf(body: Buffer) {
  const crc64 = (await createCRC64('9a6c9329ac4bc9b5')).update(body).digest('binary')
  const md5 = createHash('md5').update(body).digest('hex')
  return { etag: `"${md5}"`, crc64nvme: Buffer.from(crc64).toString('base64') }
}
