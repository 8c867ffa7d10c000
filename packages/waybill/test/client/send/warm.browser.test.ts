import { describe, expect, it, onTestFinished } from 'vitest'
import { createUploader, type UploaderOptions } from 'waybill/client'

interface Hint {
  readonly rel: string
  readonly origin: string
  readonly crossOrigin: string | null
}

/** What the page is asked to connect to, and which requests are made. */
async function hintsOf(options: UploaderOptions) {
  const added: Hint[] = []
  const note = (records: MutationRecord[]) => {
    for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
      if (!(node instanceof HTMLLinkElement)) continue
      added.push({
        rel: node.rel,
        origin: new URL(node.href).origin,
        crossOrigin: node.crossOrigin,
      })
    }
  }
  const observer = new MutationObserver(note)
  observer.observe(document.head, { childList: true })
  onTestFinished(() => observer.disconnect())
  const asked: unknown[] = []
  const fetch: typeof globalThis.fetch = async (input) => {
    asked.push(input)
    return new Response()
  }
  await createUploader({ fetch, ...options }).warm()
  note(observer.takeRecords())
  return { added, asked }
}

const hint = (origin: string, crossOrigin: 'anonymous' | 'use-credentials'): Hint => ({
  ...{ rel: 'preconnect', origin, crossOrigin },
})
const SIGNER = 'https://signer.example'
const STORAGE = 'https://s3.example'
const PAGE = location.origin

describe('uploader.warm on a page', () => {
  it('preconnects to the signer and each of storageOrigins, and leaves nothing on the page', async () => {
    const before = document.head.innerHTML
    const { added, asked } = await hintsOf({
      endpoint: `${SIGNER}/uploads`,
      storageOrigins: [STORAGE, 'https://cdn.example'],
    })
    expect(added).toHaveLength(3)
    for (const origin of [SIGNER, STORAGE, 'https://cdn.example']) {
      expect(added).toContainEqual(hint(origin, 'anonymous'))
    }
    expect(asked).toEqual([])
    expect(document.head.innerHTML).toBe(before)
  })

  it.each([
    ['/uploads', undefined, PAGE, 'use-credentials'],
    ['/uploads', 'same-origin', PAGE, 'use-credentials'],
    ['/uploads', 'omit', PAGE, 'anonymous'],
    [SIGNER, 'same-origin', SIGNER, 'anonymous'],
    [SIGNER, 'omit', SIGNER, 'anonymous'],
    [SIGNER, 'include', SIGNER, 'use-credentials'],
  ] as const)(
    'for the signer at %s with credentials %s asks %s for a connection that is %s',
    async (endpoint, credentials, origin, crossOrigin) => {
      const { added } = await hintsOf({ endpoint, ...(credentials && { credentials }) })
      expect(added).toEqual([hint(origin, crossOrigin)])
    },
  )

  it("preconnects to the storage without cookies, even on the page's own origin", async () => {
    const { added } = await hintsOf({
      ...{ endpoint: SIGNER, credentials: 'include', storageOrigins: [PAGE] },
    })
    expect(added).toContainEqual(hint(PAGE, 'anonymous'))
  })

  it('resolves if an address is invalid, and preconnects to the others', async () => {
    const { added } = await hintsOf({ endpoint: 'https://[', storageOrigins: [STORAGE] })
    expect(added).toEqual([hint(STORAGE, 'anonymous')])
  })
})
