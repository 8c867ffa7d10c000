import { describe, expect, it } from 'vitest'
import { isReactive, reactive, ref } from 'vue'
import { createUploader } from 'waybill/client'

function pendingUpload() {
  const fetch = () => new Promise<Response>(() => {})
  return createUploader({ endpoint: '/api/uploads', fetch }).upload(new File(['a'], 'a.txt'))
}

describe("an upload in Vue's reactive state", () => {
  it('can be queried and aborted there', async () => {
    const state = reactive({ uploads: [pendingUpload()] })
    const [upload] = state.uploads
    if (!upload) throw new TypeError('the upload is missing')
    expect(upload.name).toBe('a.txt')
    expect(upload.progress.total).toBe(1)
    const states: string[] = []
    upload.on('state', ({ state: now }) => states.push(now))
    upload.pause()
    upload.resume()
    upload.abort()
    expect(states).toEqual(['paused', 'queued', 'aborted'])
    await expect(upload.done).rejects.toMatchObject({ code: 'ABORTED' })
  })

  it('is left unchanged', () => {
    const upload = pendingUpload()
    expect(ref(upload).value).toBe(upload)
    expect(isReactive(reactive({ upload }).upload)).toBe(false)
    upload.abort()
  })
})
