import { afterEach, describe, expect, it, vi } from 'vitest'
import { commands } from 'vitest/browser'
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

interface ExampleOptions {
  readonly prepare: (file: File, signal: AbortSignal) => Promise<Blob>
}

/** Runs the example in docs/reference/list.md in which `wanted` occurs. It contains no types. */
async function listOptionsOf(wanted: string): Promise<ExampleOptions> {
  const page = await commands.readFile('docs/reference/list.md')
  const examples = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
  const code = examples.find((example) => example.includes(wanted)) ?? ''
  const run = `${code.replace(/^import .*$/gm, '')}\nreturn list`
  const example = new Function('createUploader', 'createUploadList', run)
  return example(
    () => undefined,
    (_: unknown, options: unknown) => options,
  )
}

describe("the docs' example that shrinks photos", () => {
  it('creates a JPEG of at most 2048 pixels each way, without metadata', async () => {
    const options = await listOptionsOf('OffscreenCanvas')
    const canvas = new OffscreenCanvas(4000, 1000)
    canvas.getContext('2d')?.fillRect(0, 0, 4000, 1000)
    const photo = new File([await canvas.convertToBlob({ type: 'image/png' })], 'far.away.png', {
      type: 'image/png',
    })
    const made = await options.prepare(photo, new AbortController().signal)
    expect(made).toMatchObject({ name: 'far.away.jpg', type: 'image/jpeg' })
    const { width, height } = await createImageBitmap(made)
    expect([width, height]).toEqual([2048, 512])
    const bytes = new TextDecoder('latin1').decode(await made.arrayBuffer())
    expect(bytes).not.toContain('Exif')
    const again = await options.prepare(photo, new AbortController().signal)
    expect(await again.arrayBuffer()).toEqual(await made.arrayBuffer())
  })
})
