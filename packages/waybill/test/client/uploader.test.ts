import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { eventually } from '@waybill/test-support/eventually'
import { describe, expect, it, vi } from 'vitest'
import { endOf, uploaderBy } from './upload/scripted-storage.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const FILE = new File(['abc'], 'a.txt')

describe("an upload's options", () => {
  it("can set the file's path within its folder", async () => {
    const { uploader, described } = uploaderBy({})
    const inFolder = (name: string) => {
      const webkitRelativePath = { value: `album/trip/${name}` }
      return Object.defineProperty(
        new File(['abc'], name),
        'webkitRelativePath',
        webkitRelativePath,
      )
    }
    await uploader.upload(FILE, { path: 'notes/a.txt' }).done
    await uploader.upload(inFolder('b.txt')).done
    await uploader.upload(inFolder('c.heic'), { name: 'c.jpg' }).done
    await uploader.upload(inFolder('d.txt'), { path: 'd.txt' }).done
    await uploader.upload(inFolder('e.txt'), { path: '' }).done
    await uploader.upload(FILE).done
    expect(described.map(({ path }) => path)).toEqual([
      'notes/a.txt',
      'album/trip/b.txt',
      'album/trip/c.jpg',
      'd.txt',
      undefined,
      undefined,
    ])
  })

  it('include a progress listener', async () => {
    const told: number[] = []
    const onProgress = ({ fraction }: { readonly fraction: number }) => told.push(fraction)
    await uploaderBy({}).uploader.upload(FILE, { onProgress }).done
    expect(told.at(-1)).toBe(1)
  })

  it('need no progress listener', async () => {
    const reported = vi.fn()
    vi.stubGlobal('reportError', reported)
    await uploaderBy({}).uploader.upload(FILE).done
    vi.unstubAllGlobals()
    expect(reported).not.toHaveBeenCalled()
  })

  it('abort it on retry with a signal that has fired, one state after the other', async () => {
    const { uploader } = uploaderBy({ create: ['FORBIDDEN'] })
    const abort = new AbortController()
    const upload = uploader.upload(FILE, { signal: abort.signal })
    await endOf(upload)
    const told: string[] = []
    upload.on('state', ({ state, previous }) => told.push(`${previous} → ${state}`))
    abort.abort()
    upload.retry()
    expect(await endOf(upload)).toMatchObject({ code: 'ABORTED' })
    expect([told, upload.state]).toEqual([['failed → queued', 'queued → aborted'], 'aborted'])
    expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  })
})

describe('an uploader', () => {
  it.each([
    ['done', {}],
    ['aborted before it began', { signal: AbortSignal.abort() }],
  ])('keeps nothing of an upload that is %s', async (_, options) => {
    const { uploader } = uploaderBy({})
    const upload = new WeakRef(uploader.upload(FILE, options))
    await upload.deref()?.done.catch(() => {})
    // One collection may leave what the platform has just let go of; what is kept, none takes.
    await eventually(() => {
      collectGarbage()
      return upload.deref() === undefined
    }).toBe(true)
    expect(uploader).toBeDefined()
  })

  it('aborts uploads at once that have only just begun, when everything is to be forgotten', async () => {
    const { uploader, calls } = uploaderBy({})
    const upload = uploader.upload(FILE)
    const forgotten = uploader.forgetAll()
    expect(upload.state).toBe('aborted')
    await Promise.all([forgotten, endOf(upload)])
    expect(calls).toEqual([])
  })
})
