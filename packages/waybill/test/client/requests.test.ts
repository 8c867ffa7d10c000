/**
 * The requests that uploads make: which, in what order, with which headers and messages. Values
 * that differ from run to run are left out.
 *
 * @module
 */

import { memoryRecords } from '@waybill/test-support/memory-records'
import { seededFile } from '@waybill/test-support/seeded-file'
import {
  ON_A_QUICK_LINE,
  type System,
  type SystemOptions,
  startSystem,
} from '@waybill/test-support/system'
import { failureOf, leaveMidway } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import type { Upload, UploaderOptions } from 'waybill/client'

const MIB = 1024 ** 2
const SIZE = 17 * MIB
const IN_PARTS = { signer: { partSize: 5 * MIB } } satisfies SystemOptions
/** Values that say what was asked for; of all others only the name is kept. */
const TOLD = new Set(['name', 'size', 'type', 'from', 'count', 'partNumber'])

/** A request, the names of its headers, and the names in its message or form. */
type Told = readonly [request: string, headers: string, message?: unknown]

function namesIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(namesIn)
  if (typeof value !== 'object' || value === null) return '…'
  return Object.fromEntries(
    Object.entries(value).map(([name, own]) => [name, TOLD.has(name) ? own : namesIn(own)]),
  )
}

function placeOf(to: string): string {
  const { pathname, searchParams } = new URL(to)
  const query = [...searchParams].map(([name, value]) =>
    TOLD.has(name) ? `${name}=${value}` : name,
  )
  const place = pathname.replace(/[^/]+(?=\/[^/]+$)/, '…')
  return query.length > 0 ? `${place}?${query.sort().join('&')}` : place
}

function headersOf(headers: RequestInit['headers']): string {
  return [...new Headers(headers)]
    .map(([name, value]) => (name === 'content-type' ? value.replace(/;.*/, '') : name))
    .join(', ')
}

async function fieldsOf(body: ReadableStream): Promise<readonly string[]> {
  const form = await new Response(body).text()
  return [...form.matchAll(/form-data; name="([^"]+)"/g)].map(([, name = '']) => name)
}

/** Makes an uploader with one connection, and the requests that it has made so far. */
function tab(
  system: System,
  { resumeStore }: Pick<UploaderOptions, 'resumeStore'> = {},
  onRequest: (request: string) => void = () => {},
) {
  const made: (Told | Promise<Told>)[] = []
  const uploader = system.uploader('me', {
    ...{ connections: 1, effects: ON_A_QUICK_LINE },
    ...(resumeStore === undefined ? {} : { resumeStore }),
    fetch: (input, init = {}) => {
      const to = String(input)
      const headers = headersOf(init.headers)
      let { body } = init
      if (to.startsWith(system.endpoint)) {
        const request = `${init.method} signer${to.slice(system.endpoint.length)}`
        made.push([request, headers, namesIn(JSON.parse(String(body)))])
      } else if (init.method === 'POST' && body instanceof ReadableStream) {
        const [seen, sent] = body.tee()
        body = sent
        made.push(fieldsOf(seen).then((fields) => [`POST ${placeOf(to)}`, headers, fields]))
      } else made.push([`${init.method} ${placeOf(to)}`, headers])
      onRequest(placeOf(to))
      return fetch(input, { ...init, ...(body ? { body } : {}) })
    },
  })
  return { uploader, requests: () => Promise.all(made) }
}

const CALL = 'application/json, x-owner'
const SIGNED =
  'X-Amz-Algorithm&X-Amz-Credential&X-Amz-Date&X-Amz-Expires&X-Amz-Signature&X-Amz-SignedHeaders'
const FIELDS = [
  ...['Content-Type', 'x-amz-meta-waybill', 'x-amz-checksum-algorithm', 'x-amz-checksum-sha256'],
  ...['bucket', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'key', 'Policy'],
  ...['X-Amz-Signature', 'file'],
]
const REFERENCE = { uploadId: '…', waybill: '…' }

const smallFile = (name: string) => new File(['a'], name, { type: 'text/plain' })
const small = (name: string) => ({ name, size: 1, type: 'text/plain', sha256: '…' })
const film = () => seededFile('film.mp4', SIZE, 1)
const partOf = (partNumber: number): Told => [
  `PUT /uploads/…/film.mp4?${SIGNED}&partNumber=${partNumber}&uploadId`,
  'content-length',
]
const FILM = { name: 'film.mp4', size: SIZE, type: 'application/octet-stream', nonce: '…' }
const CREATE: Told = ['POST signer', CALL, { files: [FILM] }]
const COMPLETE: Told = ['POST signer/complete', CALL, { ...REFERENCE, crc64nvme: '…' }]

describe("an upload's requests", () => {
  it('are a call, a form and a call for a small file', async () => {
    const system = await startSystem()
    const { uploader, requests } = tab(system)
    await uploader.upload(smallFile('a.txt')).done
    expect(await requests()).toEqual([
      ['POST signer', CALL, { files: [small('a.txt')] }],
      ['POST /uploads', 'content-length, multipart/form-data', FIELDS],
      ['POST signer/complete', CALL, { waybill: '…' }],
    ])
  })

  it('are a call, a PUT and a call if the signer grants no forms', async () => {
    const system = await startSystem({ signer: { singleRequest: 'put' } })
    const { uploader, requests } = tab(system)
    await uploader.upload(smallFile('a.txt'), { rule: 'any' }).done
    expect(await requests()).toEqual([
      ['POST signer', CALL, { files: [small('a.txt')], rule: '…' }],
      [
        `PUT /uploads/…/a.txt?${SIGNED}`,
        'content-length, text/plain, if-none-match, x-amz-checksum-sha256, x-amz-meta-waybill',
      ],
      ['POST signer/complete', CALL, { waybill: '…' }],
    ])
  })

  it('begin with one call for small files that are added together', async () => {
    const system = await startSystem()
    const { uploader, requests } = tab(system)
    const uploads = ['a.txt', 'b.txt'].map((name) => uploader.upload(smallFile(name)))
    await Promise.all(uploads.map(({ done }) => done))
    const [first, ...others] = await requests()
    expect(first).toEqual(['POST signer', CALL, { files: [small('a.txt'), small('b.txt')] }])
    expect(others.filter(([request]) => request === 'POST /uploads')).toHaveLength(2)
    expect(others.filter(([request]) => request === 'POST signer')).toEqual([])
  })

  it('are the parts in order between two calls for a large file', async () => {
    const system = await startSystem(IN_PARTS)
    const { uploader, requests } = tab(system)
    await uploader.upload(film()).done
    expect(await requests()).toEqual([CREATE, ...[1, 2, 3, 4].map(partOf), COMPLETE])
  })

  it('are a list and the missing parts after a reload', async () => {
    const system = await startSystem(IN_PARTS)
    const records = memoryRecords()
    await leaveMidway(
      system,
      tab(system, { resumeStore: records }).uploader.upload(film()),
      records,
    )
    const { uploader, requests } = tab(system, { resumeStore: records })
    await uploader.upload(film()).done
    expect(await requests()).toEqual([
      ['POST signer/list', CALL, REFERENCE],
      ['POST signer/parts', CALL, { ...REFERENCE, from: 3, count: 100 }],
      ...[3, 4].map(partOf),
      COMPLETE,
    ])
  })

  it('end with an abort call if the upload is aborted', async () => {
    const system = await startSystem(IN_PARTS)
    const { uploader, requests } = tab(system, {}, (request) => {
      if (request.includes('partNumber=2')) upload.abort()
    })
    const upload: Upload = uploader.upload(film())
    await failureOf(upload)
    await system.signerProxy.until(() => system.signerProxy.exchanges.length === 2)
    expect(await requests()).toEqual([
      CREATE,
      ...[1, 2].map(partOf),
      ['POST signer/abort', CALL, REFERENCE],
    ])
  })
})
