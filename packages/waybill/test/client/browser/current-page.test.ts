import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { BUNDLES } from '../../../../../tools/check/bundle-rules.ts'
import { browserSystems } from './browser-page.ts'
import { choose, upload } from './page-uploads.ts'

const startPage = browserSystems()
const LIMITS = BUNDLES.find(({ subpath }) => subpath === 'waybill/client')?.inBrowser

describe('a secure page in a current browser', () => {
  it('loads no code that only other pages need, for a small and for a large file', async () => {
    const system = await startPage({}, { host: 'localhost' })
    const page = await system.open()
    for (const size of [1000, 17_000_000]) {
      await choose(page, size, size)
      await upload(page, `${size}`)
    }
    const names = system.scripts.map((path) => path.replace(/^\/|-[A-Z0-9]{8}\.js$/g, ''))
    expect(names).toEqual(expect.arrayContaining(['stdin.js', 'failure-handling', 'large-files']))
    expect(names.filter((name) => LIMITS?.fallbacks.includes(name))).toEqual([])
    const sizes = system.scripts.map(async (path) => {
      const script = await fetch(new URL(path, system.url))
      return gzipSync(await script.bytes(), { level: 9 }).length
    })
    const loaded = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    console.log(`client: a current browser loads ${loaded} bytes gzip in ${names.length} files`)
    expect(loaded).toBeLessThanOrEqual((LIMITS?.lastGzip ?? 0) * 1.1)
  })
})
