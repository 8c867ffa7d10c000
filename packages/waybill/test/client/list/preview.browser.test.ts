import { afterEach, describe, expect, it, vi } from 'vitest'
import { createUploader, createUploadList, type UploadList } from 'waybill/client'

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC'

afterEach(() => {
  vi.restoreAllMocks()
})

function picture(name = 'a.png', type = 'image/png'): File {
  const bytes = Uint8Array.from(atob(PNG), (character) => character.charCodeAt(0))
  return new File([bytes], name, { type })
}

/** A list whose signer never answers. */
function listOf(options: Parameters<typeof createUploadList>[1] = {}): UploadList {
  const uploader = createUploader({
    endpoint: 'https://signer.example',
    resumeStore: false,
    fetch: () => new Promise(() => {}),
  })
  return createUploadList(uploader, options)
}

/** @returns The width of the picture, 0 where there is none. */
function widthOf(url: string | undefined): Promise<number> {
  const image = new Image()
  return new Promise((resolve) => {
    image.onload = () => resolve(image.naturalWidth)
    image.onerror = () => resolve(0)
    image.src = url ?? ''
  })
}

describe('previewUrl', () => {
  it('shows a picture, and is created when it is first read', async () => {
    const create = vi.spyOn(URL, 'createObjectURL')
    const list = listOf()
    list.add([picture()])
    const [item] = list.getSnapshot().items
    expect(create).not.toHaveBeenCalled()
    expect(await widthOf(item?.previewUrl)).toBe(1)
    list.pause()
    const [later] = list.getSnapshot().items
    expect(later).not.toBe(item)
    expect(later?.previewUrl).toBe(item?.previewUrl)
    expect(create).toHaveBeenCalledTimes(1)
  })

  it('is revoked when its item is removed, and not created again', async () => {
    const list = listOf()
    const [first = ''] = list.add([picture('a.png'), picture('b.png')])
    const [removed, kept] = list.getSnapshot().items
    const url = removed?.previewUrl
    const other = kept?.previewUrl
    await list.remove(first)
    expect(await widthOf(url)).toBe(0)
    expect(removed?.previewUrl).toBeUndefined()
    expect(await widthOf(other)).toBe(1)
  })

  it('is revoked with the list', async () => {
    const revoke = vi.spyOn(URL, 'revokeObjectURL')
    const list = listOf()
    list.add([picture('a.png'), picture('b.png'), picture('never-shown.png')])
    const urls = list
      .getSnapshot()
      .items.slice(0, 2)
      .map(({ previewUrl }) => previewUrl)
    list.destroy()
    expect(await Promise.all(urls.map(widthOf))).toEqual([0, 0])
    expect(revoke.mock.calls.map(([url]) => url)).toEqual(urls)
  })

  it.each([
    ['image/jpeg', true],
    ['image/x-icon', true],
    ['video/mp4', true],
    ['image/svg+xml', false],
    ['image/svg+xml;charset=utf-8', false],
    ['text/html', false],
    ['application/pdf', false],
    ['', false],
  ])('exists for %s: %s', (type, isThere) => {
    const list = listOf()
    list.add([picture('file', type)])
    const [item] = list.getSnapshot().items
    expect(item?.previewUrl !== undefined).toBe(isThere)
    list.destroy()
  })
})
