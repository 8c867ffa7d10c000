import { eventually } from '@waybill/test-support/eventually'
import { describe, expect, it, vi } from 'vitest'
import { UploadError } from 'waybill'
import type { InterruptedUpload, Uploader } from 'waybill/client'
import { ElementFiles } from '../../src/element/element-files.ts'
import { countedUploader } from '../client/list/counted-list.ts'

const interrupted = (path: string | undefined): InterruptedUpload => ({
  ...{ name: 'a.bin', size: 3, type: 'application/octet-stream', sent: 1, updatedAt: new Date() },
  ...{ canReopen: false, forget: async () => {} },
  ...(path === undefined ? {} : { path }),
  resume: () => {
    throw new Error(`goes on with ${path}`)
  },
})

/** All that it uses of an uploader. */
function heldFiles(uploader: Partial<Uploader>): ElementFiles {
  return new ElementFiles({
    settings: {
      ...{ endpoint: '', rule: undefined, headers: undefined, scope: undefined },
      ...{ token: undefined, tokenUrl: undefined },
      ...{ metadata: undefined, prepare: undefined, maxFiles: undefined },
      ...{ autostart: true, verdicts: false, multiple: true, uploader: uploader as Uploader },
    },
    onChange: () => {},
    isInUse: () => false,
  })
}

/** @returns What begins for a file that was at this place in a folder. */
async function begunFor(webkitRelativePath: string, ...paths: readonly (string | undefined)[]) {
  const uploader: Partial<Uploader> = {
    interrupted: async () => paths.map(interrupted),
    rules: async () => ({}),
    upload: () => {
      throw new Error('begins anew')
    },
  }
  const files = heldFiles(uploader)
  files.list()
  await vi.waitUntil(() => files.read().interrupted.length === paths.length)
  const file = new File(['abc'], 'a.bin')
  files.add([Object.defineProperty(file, 'webkitRelativePath', { value: webkitRelativePath })])
  await vi.waitUntil(() => files.read().items[0]?.error)
  const cause = files.read().items[0]?.error?.cause
  return cause instanceof Error ? cause.message : cause
}

describe('ElementFiles', () => {
  it('reads each file only a few times when a thousand are added and paused', async () => {
    const { uploader, files, readsPerFile } = countedUploader()
    const held = heldFiles(uploader as Partial<Uploader>)
    held.list()
    held.askAgain()
    // Once the rule is known, files begin at once.
    await eventually(() => held.read().hints).toBeTruthy()
    expect(held.add(files)).toHaveLength(files.length)
    held.act('pause')
    expect(held.read().total.files).toBe(files.length)
    expect(held.read().kept).toBe(held.read().kept)
    expect(readsPerFile()).toBeLessThan(30)
  })

  it('retries the same files as a list does: no rejected file, unless it is named', async () => {
    const tried: string[] = []
    const held = heldFiles({
      interrupted: async () => [],
      rules: async () => ({}),
      upload: (_, { name = '' } = {}) => {
        tried.push(name)
        throw new UploadError(name === 'refused' ? 'FILE_REFUSED' : 'STORAGE_UNAVAILABLE', name)
      },
    })
    held.add([new File([], 'refused'), new File([], 'failed')])
    const [refused] = held.read().items
    await vi.waitUntil(() => held.read().total.failed === 2)
    held.act('retry')
    expect(tried).toEqual(['refused', 'failed', 'failed'])
    held.act('retry', refused?.id)
    expect(tried.at(-1)).toBe('refused')
  })

  it.each([
    ['two/a.bin', ['one/a.bin', 'two/a.bin'], 'goes on with two/a.bin'],
    ['', ['one/a.bin', 'two/a.bin'], 'goes on with one/a.bin'],
    ['three/a.bin', ['one/a.bin', undefined], 'begins anew'],
  ] as const)(
    'resumes the interrupted upload of a file from %j among %j',
    async (at, paths, expected) => {
      expect(await begunFor(at, ...paths)).toBe(expected)
    },
  )
})
