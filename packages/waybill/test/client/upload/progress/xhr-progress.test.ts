/**
 * What an engine of a browser counts, and what an upload makes of it.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { sendByXhr } from '../../../../src/client/send/send-xhr.ts'

const URL = 'http://localhost/uploads/film.mp4'

/** A request whose progress is as an engine tells it; it is answered with 200. */
function requestThatTells(events: readonly { loaded: number; total: number }[]) {
  return class {
    readonly upload: { onprogress?: (event: object) => void } = {}
    readonly status = 200
    readonly responseText = ''
    readonly responseURL = URL
    onload?: () => void
    onloadend?: () => void
    open() {}
    setRequestHeader() {}
    getAllResponseHeaders() {
      return ''
    }
    send() {
      for (const event of events) this.upload.onprogress?.(event)
      this.onload?.()
      this.onloadend?.()
    }
  }
}

async function sentBytes(events: readonly { loaded: number; total: number }[], size: number) {
  const sent: number[] = []
  // Only what the sender uses of it is there.
  const Xhr = requestThatTells(events) as unknown as typeof XMLHttpRequest
  await sendByXhr(Xhr)({
    ...{ method: 'PUT', url: URL, headers: {}, body: new Blob(), size },
    signal: new AbortController().signal,
    onSent: (bytes) => sent.push(bytes),
  })
  return sent
}

describe('sendByXhr', () => {
  it('never tells more bytes than there are, after WebKit has sent a request twice', async () => {
    const events = [50, 100, 150, 200].map((loaded) => ({ loaded, total: 100 }))
    const sent = await sentBytes(events, 100)
    expect(Math.max(...sent)).toBe(100)
    expect(sent.slice(0, 3)).toEqual([50, 100, 100])
  })

  it("tells the file's share of a form, and nothing while an engine knows no length", async () => {
    const events = [
      { loaded: 100, total: 0 },
      { loaded: 100, total: 200 },
    ]
    expect((await sentBytes(events, 150)).slice(0, 2)).toEqual([0, 75])
  })
})
