/**
 * The content type of files that come without one: browsers know some fifty extensions, Node none.
 *
 * @module
 */

import { headersStored } from '@waybill/test-support/stored'
import { startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'
import { CONTENT_TYPES, typeOfName } from '../../../../src/client/file/content-types.ts'
import { isContentType } from '../../../../src/protocol/base-content-type.ts'
import { isActiveType } from '../../../../src/protocol/content-type.ts'

const MEDIA = {
  signer: { rules: { media: { types: ['image/*', 'video/*'], maxSize: '1 MiB', public: true } } },
} as const

describe('a file without a content type', () => {
  it.each([
    ['its name', new File(['a'], 'IMG_0815.HEIC'), {}, 'image/heic'],
    ['its name', new File(['a'], 'film.mkv'), {}, 'video/x-matroska'],
    ['its name', new File(['a'], 'a.b.mov'), {}, 'video/quicktime'],
    ['the name that the page gives it', new Blob(['a']), { name: 'a.avif' }, 'image/avif'],
  ])('gets the type for the extension in %s: %o, %o', async (_, file, options, type) => {
    const system = await startSystem(MEDIA)
    const upload = system.uploader('me').upload(file, options)
    const { key } = await upload.done
    expect(upload.type).toBe(type)
    expect(await headersStored(system, key)).toMatchObject({ 'content-type': type })
  })

  it.each([
    ['has one in the options', new File(['a'], 'a.heic'), { type: 'image/png' }, 'image/png'],
    ['has an empty one there', new File(['a'], 'a.heic'), { type: '' }, 'application/octet-stream'],
    ['has one of its own', new File(['a'], 'a.heic', { type: 'text/plain' }), {}, 'text/plain'],
    ['has no extension', new File(['a'], 'heic'), {}, 'application/octet-stream'],
    ['has an unknown one', new File(['a'], 'a.constructor'), {}, 'application/octet-stream'],
    ['has one that may be run', new File(['a'], 'a.html'), {}, 'application/octet-stream'],
  ])('gets no other type if it %s', async (_, file, options, type) => {
    const system = await startSystem(MEDIA)
    const upload = system.uploader('me').upload(file, options)
    if (type === 'image/png') await upload.done
    else expect(await failureOf(upload)).toMatchObject({ code: 'FILE_TYPE_NOT_ALLOWED' })
    expect(upload.type).toBe(type)
  })
})

describe('the table of content types', () => {
  it('contains only valid types that are not executable', () => {
    const types = Object.values(CONTENT_TYPES)
    expect(types).toHaveLength(91)
    expect(types.filter((type) => !isContentType(type) || isActiveType(type))).toEqual([])
    expect(typeOfName('a.toString')).toBe('')
    expect(typeOfName('a.')).toBe('')
  })
})
