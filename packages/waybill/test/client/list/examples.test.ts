/**
 * The example of encryption in `docs/reference/list.md`.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { settled } from '@waybill/test-support/list-watch'
import { seededFile } from '@waybill/test-support/seeded-file'
import { contentStored, sha256Given } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { createUploadList } from 'waybill/client'
import { prepareOf } from './page-examples.ts'

const PAGE = await readFile('docs/reference/list.md', 'utf8')

describe('the example of encryption', () => {
  it('stores what only the key opens, and opens to the same bytes', async () => {
    const example = await prepareOf(PAGE, 'AES-GCM', 'open')
    const open = example.open as (stored: Blob) => Promise<Blob>
    const system = await startSystem()
    const list = createUploadList(system.uploader('me'), {
      prepare: example.options.prepare,
    })
    const file = seededFile('diary.txt', 300_000, 1)
    list.add([file])
    const { items } = await settled(list)
    expect(items).toMatchObject([{ name: 'diary.txt.sealed', state: 'done' }])
    const stored = await contentStored(system, 'files/diary.txt.sealed')
    expect(stored.size).toBe(300_000 + 12 + 16)
    expect(await sha256Given(new File([await open(stored)], ''))).toBe(await sha256Given(file))
    const bytes = new Uint8Array(await stored.arrayBuffer())
    bytes[100_000] = (bytes[100_000] ?? 0) ^ 1
    await expect(open(new Blob([bytes]))).rejects.toThrow()
  })
})
