/**
 * Uploads that would share a call with others, and end before it: nobody waits for them.
 *
 * @module
 */

import { nextEvent } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { endOf, uploaderBy } from '../upload/scripted-storage.ts'

const never = () => new Promise<never>(() => {})

function small(): File {
  return new File(['abc'], 'a.bin', { type: 'a/b' })
}

describe('an upload that ends before its call', () => {
  it('for a grant does not hold up other calls', async () => {
    const { uploader, calls } = uploaderBy({ wait: never })
    const read = Promise.withResolvers<ArrayBuffer>()
    const hung = uploader.upload(Object.assign(small(), { arrayBuffer: () => read.promise }))
    const upload = uploader.upload(small())
    await nextEvent(hung, 'state', ({ state }) => state === 'hashing')
    hung.abort()
    read.resolve(new ArrayBuffer(3))
    await upload.done
    expect(calls).toEqual(['create', 'send', 'complete w1'])
  })

  it('for its completion does not hold up other calls', async () => {
    const { uploader, calls } = uploaderBy({ wait: never, storage: ['refused'] })
    const uploads = [small(), small()].map((file) => uploader.upload(file))
    const ends = await Promise.all(uploads.map(endOf))
    expect(ends).toContainEqual(expect.objectContaining({ code: 'STORAGE_REFUSED' }))
    expect(ends).toContainEqual(expect.objectContaining({ verifiedBy: 'SHA256' }))
    expect(calls).toEqual(['create', 'send', 'send', expect.stringMatching(/^complete/)])
  })
})
