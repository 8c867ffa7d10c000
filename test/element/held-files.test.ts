import { describe, expect, it } from 'vitest'
import type { Uploader } from 'waybill/client'
import { HeldFiles } from '../../src/element/held-files.ts'
import { countedUploader } from '../client/list/counted-list.ts'
import { eventually } from '../support/eventually.ts'

describe('HeldFiles', () => {
  it('reads each file a few times when a thousand are added, and all are paused', async () => {
    const { uploader, files, readsPerFile } = countedUploader()
    const held = new HeldFiles({
      settings: {
        ...{ endpoint: '', rule: undefined, headers: undefined, scope: undefined },
        // All that a list uses of it.
        uploader: uploader as Uploader,
        ...{ metadata: undefined, prepare: undefined, maxFiles: undefined },
        ...{ autostart: true, multiple: true },
      },
      onChange: () => undefined,
      isInUse: () => false,
    })
    held.list()
    held.askAgain()
    // Once the rule is known, files begin at once.
    await eventually(() => held.read().hints).toBeTruthy()
    expect(held.add(files)).toHaveLength(files.length)
    held.act('pause')
    expect(held.read().total.files).toBe(files.length)
    expect(readsPerFile()).toBeLessThan(30)
  })
})
