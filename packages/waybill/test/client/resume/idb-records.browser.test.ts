import { eventually } from '@waybill/test-support/eventually'
import { createStore, values } from 'idb-keyval'
import { describe, expect, it } from 'vitest'
import type { UploadRules } from 'waybill'
import { createUploader, type Uploader } from 'waybill/client'

const MIB = 1024 ** 2
const PART_SIZE = 5 * MIB
const PARTS = 4

interface Scripted {
  readonly endpoint: string
  readonly uploader: (scope?: string) => Uploader<UploadRules>
  /** Part numbers in the order of their sending. */
  readonly sent: number[]
  readonly paths: string[]
  /** Parts above this one are not answered. */
  answeredUpTo: number
  /** Parts from this one on are refused. */
  refusesFrom: number | undefined
}

/**
 * A signer and a store of functions, each with an endpoint of its own; IndexedDB and Web Locks are
 * the browser's.
 */
function scripted(): Scripted {
  const endpoint = `https://${crypto.randomUUID()}.example/`
  const state: Scripted = {
    endpoint: endpoint.slice(0, -1),
    sent: [],
    paths: [],
    answeredUpTo: PARTS,
    refusesFrom: undefined,
    uploader: (scope) =>
      createUploader({
        endpoint,
        fetch,
        XMLHttpRequest: false,
        connections: 1,
        ...(scope === undefined ? {} : { scope }),
      }),
  }
  const answer = (path: string): object => {
    state.paths.push(path)
    if (path === '/complete') return { key: 'k', size: 1, etag: 'e', verifiedBy: 'size' }
    if (path === '/parts') return partWindow()
    if (path === '/list') {
      const stored = [...new Set(state.sent)].filter((number) => number <= state.answeredUpTo)
      return { parts: stored.map((partNumber) => ({ partNumber, size: PART_SIZE, etag: 'e' })) }
    }
    return { uploads: [grant()] }
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input))
    if (String(input).startsWith(endpoint.slice(0, -1))) {
      const said = answer(url.pathname)
      return url.pathname === '/abort' ? new Response(null, { status: 204 }) : Response.json(said)
    }
    const partNumber = Number(url.searchParams.get('partNumber'))
    if (partNumber >= (state.refusesFrom ?? PARTS + 1)) return new Response('', { status: 403 })
    state.sent.push(partNumber)
    if (partNumber <= state.answeredUpTo) return new Response('')
    return new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  }
  return state
}

function partWindow(): object {
  return {
    from: 1,
    count: PARTS,
    url: 'https://s3.example/k?partNumber={partNumber}&X-Amz-Signature={signature}',
    signatures: 'A'.repeat(Math.ceil((PARTS * 32 * 4) / 3)),
    headers: {},
    expiration: '2026-01-01T00:00:00Z',
  }
}

function grant(): object {
  const common = { waybill: 'w', key: 'k', expiration: '2026-01-01T00:00:00Z' }
  return {
    ...common,
    strategy: 'multipart',
    uploadId: 'u',
    partSize: PART_SIZE,
    parts: partWindow(),
  }
}

function film(): File {
  return new File([new Uint8Array(PARTS * PART_SIZE).fill(7)], 'film.mp4', { lastModified: 1 })
}

async function untilSent(signer: Scripted, partNumber: number): Promise<void> {
  await eventually(() => signer.sent.includes(partNumber)).toBe(true)
}

/** Sends two parts, and then fails as a signer fails that knows the person no more. */
async function leftBy(signer: Scripted, scope: string | undefined): Promise<void> {
  signer.answeredUpTo = 2
  signer.refusesFrom = 3
  const failed = signer.uploader(scope).upload(film()).done
  await expect(failed).rejects.toMatchObject({ code: 'STORAGE_REFUSED' })
  signer.refusesFrom = undefined
  await eventually(async () => (await signer.uploader(scope).interrupted()).length).toBe(1)
}

describe('records in IndexedDB', () => {
  it('let another uploader resume once the first has released them, and are removed at the end', async () => {
    const signer = scripted()
    signer.answeredUpTo = 2
    const first = signer.uploader().upload(film())
    await untilSent(signer, 3)
    const uploader = signer.uploader()
    expect(await uploader.interrupted()).toEqual([])
    first.abort()
    await eventually(() => signer.paths.includes('/abort')).toBe(true)
    await eventually(() => uploader.interrupted()).toEqual([])

    signer.sent.length = 0
    const second = signer.uploader().upload(film())
    await untilSent(signer, 3)
    // Paused, it keeps its claim; the browser gives that back only with the page.
    second.pause()
    expect(await uploader.interrupted()).toEqual([])
    signer.answeredUpTo = PARTS
    second.resume()
    await second.done
    expect(signer.sent).toEqual([1, 2, 3, 3, 4])
    expect(await uploader.interrupted()).toEqual([])
  })

  it('are offered to all who ask at the same time', async () => {
    const signer = scripted()
    await leftBy(signer, undefined)
    const uploader = signer.uploader()
    const looks = await Promise.all([
      uploader.interrupted(),
      uploader.interrupted(),
      signer.uploader().interrupted(),
    ])
    expect(looks.map((offers) => offers.length)).toEqual([1, 1, 1])
  })

  it('are in the database waybill, and are offered whatever else the page locks', async () => {
    const signer = scripted()
    await leftBy(signer, undefined)
    const records = await values<{ endpoint: string }>(createStore('waybill', 'resume-records'))
    expect(records.map(({ endpoint }) => endpoint)).toContain(signer.endpoint)
    await navigator.locks.request('of the page', async () => {
      expect(await signer.uploader().interrupted()).toHaveLength(1)
    })
  })

  it('are kept for a file given by its handle', async (context) => {
    const hasFiles = typeof navigator.storage?.getDirectory === 'function'
    context.skip(!hasFiles, 'no origin private file system (navigator.storage.getDirectory)')
    const root = await navigator.storage.getDirectory()
    const handle = await root.getFileHandle('film.mp4', { create: true })
    const writable = await handle.createWritable()
    await writable.write(film())
    await writable.close()
    const signer = scripted()
    signer.answeredUpTo = 2
    const upload = signer.uploader().upload(handle)
    await untilSent(signer, 3)
    upload.pause()
    upload.resume()
    signer.answeredUpTo = PARTS
    await upload.done
    expect(upload.name).toBe('film.mp4')
    expect(upload.size).toBe(PARTS * PART_SIZE)
  })

  it('from the first version, which had no scopes, are offered to uploaders without one', async () => {
    const signer = scripted()
    await leftBy(signer, undefined)
    expect(await signer.uploader('ann').interrupted()).toEqual([])
    const [left] = await signer.uploader().interrupted()
    signer.answeredUpTo = PARTS
    await left?.resume(film()).done
    expect(signer.sent).toEqual([1, 2, 3, 4])
  })
})
