import { refused } from '@waybill/test-support/stand-in'
import { describe, expect, it } from 'vitest'
import { keysBelow, removeBelow } from '../../src/smoke/probe/clean-up.ts'
import { cannotStore, STORE_PROBES, storeProbe } from '../../src/smoke/probe/store-probes.ts'
import { type Otherwise, startAskedStore } from './asked-store.ts'

const NO_TAGS = '<Tagging><TagSet></TagSet></Tagging>'

/** Takes what it refuses with the code. */
function taking(code: string, status = 200): Otherwise {
  return async (_, right) => {
    const answer = await right()
    return String(answer.body).includes(`<Code>${code}</Code>`) ? { status } : answer
  }
}

/** Sends no such header. */
function withoutHeader(name: string): Otherwise {
  return async (_, right) => {
    const answer = await right()
    const { [name]: _dropped, ...headers } = answer.headers
    return { ...answer, headers }
  }
}

function lacking(when: (method: string, query: URLSearchParams) => boolean): Otherwise {
  return async ({ method, query }) =>
    when(method, query) ? refused(501, 'NotImplemented') : undefined
}

const noTags: Otherwise = async ({ query, method }) =>
  method === 'GET' && query.has('tagging') ? { status: 200, body: NO_TAGS } : undefined

let completions = 0
const secondComplete: Otherwise = async ({ method, query }) => {
  if (method !== 'POST' || !query.has('uploadId')) return undefined
  completions += 1
  return completions === 2 ? refused(400, 'InvalidRequest') : undefined
}

const OTHERWISE: Readonly<Record<string, Otherwise>> = {
  form: lacking((method, query) => method === 'POST' && query.size === 0),
  'form-fields': taking('AccessDenied', 204),
  'form-type': taking('AccessDenied', 204),
  'form-size': taking('EntityTooLarge', 204),
  'form-checksum': taking('BadDigest', 204),
  'form-tags': noTags,
  'form-limit': async (asked) =>
    asked.body.length > 15_000 ? refused(400, 'MaxPostPreDataLengthExceeded') : undefined,
  // A store that does not look at unsigned headers goes on to compare the digest.
  'put-headers': async (_, right) => {
    const answer = await right()
    const isRefused = String(answer.body).includes('<Code>AccessDenied</Code>')
    return isRefused ? refused(400, 'BadDigest') : answer
  },
  'put-length': taking('SignatureDoesNotMatch'),
  'put-checksum': taking('BadDigest'),
  'put-if-none-match': taking('PreconditionFailed'),
  'put-tags': noTags,
  versions: withoutHeader('x-amz-version-id'),
  'multipart-checksum': taking('BadDigest'),
  'multipart-if-none-match': taking('PreconditionFailed'),
  'complete-twice': secondComplete,
  'cors-refusals': withoutHeader('access-control-allow-origin'),
}

describe('STORE_PROBES', () => {
  it('get a yes to each question from a store that does what AWS does, and leave nothing', async () => {
    const store = await startAskedStore()
    expect(await cannotStore(store)).toBe(undefined)
    for (const probe of STORE_PROBES) {
      expect({ [probe.name]: (await probe.ask(store)).outcome }).toEqual({ [probe.name]: 'yes' })
    }
    expect((await removeBelow(store.s3, store.folder)).kept).toEqual([])
    expect(await keysBelow(store.s3, '')).toEqual([])
  })

  it.each(Object.entries(OTHERWISE))(
    'notice that a store does otherwise: %s',
    async (name, otherwise) => {
      const store = await startAskedStore(otherwise)
      expect(await storeProbe(name).ask(store)).toMatchObject({ outcome: 'no' })
    },
  )

  it('have a store that does otherwise each', () => {
    expect(Object.keys(OTHERWISE)).toEqual(STORE_PROBES.map(({ name }) => name))
  })

  it('tell nothing of a store that refuses the credentials', async () => {
    const store = await startAskedStore(undefined, 'another secret')
    expect(await cannotStore(store)).toBe('403 SignatureDoesNotMatch')
    for (const probe of STORE_PROBES) {
      expect({ [probe.name]: (await probe.ask(store)).outcome }).toEqual({
        [probe.name]: 'unknown',
      })
    }
  })

  it.each([
    ['that breaks', async () => ({ status: 500 })],
    ['that is busy', async () => refused(503, 'SlowDown')],
  ] as const)('tell nothing of a store %s', async (_, otherwise) => {
    const store = await startAskedStore(otherwise)
    for (const probe of STORE_PROBES) {
      expect({ [probe.name]: (await probe.ask(store)).outcome }).toEqual({
        [probe.name]: 'unknown',
      })
    }
  })

  it('know no other name', () => {
    expect(() => storeProbe('form-colour')).toThrow(/there is no probe 'form-colour'/)
  })
})

describe('removeBelow', () => {
  it('removes all versions, and what is not complete', async () => {
    const store = await startAskedStore()
    await storeProbe('put-if-none-match').ask(store)
    await storeProbe('put-checksum').ask(store)
    await cannotStore({ ...store, folder: 'other/' })
    const before = await keysBelow(store.s3, '')
    expect(before.length).toBe(3)
    expect(await removeBelow(store.s3, store.folder)).toEqual({ removed: 2, kept: [] })
    expect(await keysBelow(store.s3, '')).toEqual(['other/first'])
  })

  it.each([
    ['versions', '<Version><Key>other/first</Key></Version>'],
    ['uploads', '<Upload><Key>other/first</Key><UploadId>u</UploadId></Upload>'],
    ['list-type', '<Contents><Key>other/first</Key></Contents>'],
  ])(
    'removes nothing of others where a store does not heed the prefix of %s',
    async (list, all) => {
      const removals: string[] = []
      const store = await startAskedStore(async ({ method, path, query }, right) => {
        if (method === 'DELETE') removals.push(path)
        // Without a list of versions, the objects are listed.
        if (list === 'list-type' && query.has('versions')) return refused(501, 'NotImplemented')
        return query.has(list) ? { status: 200, body: `<ListResult>${all}</ListResult>` } : right()
      })
      expect(await removeBelow(store.s3, store.folder)).toEqual({ removed: 0, kept: [] })
      expect(await keysBelow(store.s3, store.folder)).toEqual([])
      expect(removals).toEqual([])
    },
  )

  it('names what a lock keeps', async () => {
    const store = await startAskedStore(async ({ method }) =>
      method === 'DELETE' ? refused(403, 'AccessDenied') : undefined,
    )
    await cannotStore(store)
    expect(await removeBelow(store.s3, store.folder)).toEqual({
      removed: 0,
      kept: [
        { key: `${store.folder}first`, versionId: expect.any(String), answer: '403 AccessDenied' },
      ],
    })
  })

  it('removes objects where a store has no list of versions', async () => {
    const store = await startAskedStore(lacking((_, query) => query.has('versions')))
    await cannotStore(store)
    expect(await removeBelow(store.s3, store.folder)).toEqual({ removed: 1, kept: [] })
    expect(await keysBelow(store.s3, store.folder)).toEqual([])
  })
})
