/**
 * Valid requests with one thing changed that a signature or a policy covers: none may store anything.
 *
 * @module
 */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalS3, startLocalS3 } from 'waybill/local-s3'
import type { RawRequest } from './conformance/raw-request.ts'
import { World } from './conformance/world.ts'

const numRuns = process.env.WAYBILL_LONG ? 3400 : 150

let server: LocalS3
let world: World
let form: RawRequest
let url: RawRequest
let header: RawRequest

beforeAll(async () => {
  server = await startLocalS3({ buckets: ['uploads'] })
  world = new World(server, 'uploads')
  form = await world.form({
    key: 'key',
    fields: { 'Content-Type': 'video/mp4', 'x-amz-meta-waybill': 'sealed' },
    conditions: [['content-length-range', 5, 5]],
  })
  url = await world.presigned({
    method: 'PUT',
    key: 'key',
    body: 'hello',
    headers: { 'content-type': 'video/mp4', 'content-length': '5' },
  })
  header = await world.signed({ method: 'PUT', key: 'key', body: 'hello' })
})

afterAll(() => server.close())

/** Sends it, and expects a refusal that leaves nothing behind. */
async function expectRefused(raw: RawRequest): Promise<void> {
  const status = await world.send(raw).then(
    (reply) => reply.status,
    // A head that HTTP itself does not allow ends the connection.
    () => 400,
  )
  // So that what failed is what the report shows, and not whatever came after it.
  if (status < 400) await world.expect(204, await world.signed({ method: 'DELETE', key: 'key' }))
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(await world.keys()).toEqual([])
}

/** One byte of `text` replaced, inserted or left out. */
const mutation = (text: string, from: number, to: number) =>
  fc
    .record({
      at: fc.integer({ min: from, max: Math.max(from, to - 1) }),
      char: fc.constantFrom(...'abcXYZ019-_.=&/%+'),
      kind: fc.constantFrom('replace', 'insert', 'remove'),
    })
    .map(({ at, char, kind }) => {
      const rest = text.slice(kind === 'insert' ? at : at + 1)
      return text.slice(0, at) + (kind === 'remove' ? '' : char) + rest
    })
    .filter((changed) => changed !== text)

describe('a hostile client', () => {
  it('stores nothing with a presigned URL that was changed anywhere', async () => {
    const path = fc
      .constant(undefined)
      .chain(() => mutation(url.path, '/uploads/'.length, url.path.length))
    await fc.assert(
      fc.asyncProperty(path, async (changed) => {
        // The same request in another spelling is the same request.
        fc.pre(meaning(changed) !== meaning(url.path))
        await expectRefused({ ...url, path: changed })
      }),
      { numRuns },
    )
  })

  it('stores nothing with a header signature that was changed anywhere', async () => {
    const authorization = header.headers.authorization ?? ''
    await fc.assert(
      fc.asyncProperty(
        fc.constant(undefined).chain(() => mutation(authorization, 0, authorization.length)),
        async (changed) => {
          // Spaces around the commas mean nothing.
          fc.pre(changed.replace(/, */g, ',') !== authorization.replace(/, */g, ','))
          await expectRefused({
            ...header,
            headers: { ...header.headers, authorization: changed },
          })
        },
      ),
      { numRuns },
    )
  })

  it('stores nothing with a form one of whose values was changed anywhere', async () => {
    const text = Buffer.from(form.body ?? []).toString('latin1')
    const values = [
      ...text.matchAll(/name="([^"]+)"(?:; filename="[^"]*"\r\n[^\r]*)?\r\n\r\n([^\r]+)\r\n/g),
    ]
    const choice = fc.constantFrom(...values).chain((match) => {
      const start = match.index + match[0].length - 2 - (match[2] ?? '').length
      return fc.tuple(fc.constant(match[1]), mutation(text, start, start + (match[2] ?? '').length))
    })
    await fc.assert(
      fc.asyncProperty(choice, async ([name, changed]) => {
        // The file itself is pinned by its size only.
        fc.pre(name !== 'file' || changed.length !== text.length)
        await expectRefused({ ...form, body: Buffer.from(changed, 'latin1') })
      }),
      { numRuns },
    )
  })

  it('is still served rightly afterwards', async () => {
    for (const raw of [form, url, header]) {
      expect((await world.send(raw)).status).toBeLessThan(300)
    }
    expect(await world.keys()).toEqual(['key'])
  })
})

/** Decoded, and without the empty parameters that `&&` makes. */
function meaning(path: string): string {
  const plain = path.replaceAll('+', ' ').replace(/&+/g, '&').replace(/\?&/, '?').replace(/&$/, '')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}
