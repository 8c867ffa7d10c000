/**
 * Secure pages under the content security policy that docs/reference/client.md names as the
 * smallest.
 *
 * Slow: builds pages and sends files of six sizes under each of their policies.
 * `test/demo/upload.test.ts` sends files under the policy of the demo page.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import { eventually } from '@waybill/test-support/eventually'
import { sha256Given, sha256Stored } from '@waybill/test-support/stored'
import type { SystemOptions } from '@waybill/test-support/system'
import { describe, expect, it } from 'vitest'
import { browserSystems, type PageOptions } from './browser-page.ts'
import { choose, failureOf, SCENARIOS, upload } from './page-uploads.ts'

const startPage = browserSystems()

const [, DOCUMENTED = ''] =
  /```csp\n(.+)\n```/.exec(readFileSync('docs/reference/client.md', 'utf8')) ?? []
const SIGNER = 'https://api.example.com'
const BUCKET = 'https://uploads.s3.eu-central-1.amazonaws.com'
const TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types 'none'"

function start(policy: string, signer: SystemOptions['signer'] = {}) {
  const filled: PageOptions['policy'] = ({ signer, bucket }) =>
    policy.replace(SIGNER, signer).replace(BUCKET, bucket)
  const options = { signer: { partSize: 5 * 1024 ** 2, ...signer } }
  return startPage(options, { host: 'localhost', policy: filled })
}

describe('an upload under the strictest Content Security Policy', () => {
  it('runs on a page that is secure and may not compile WebAssembly', async () => {
    const page = await (await start(DOCUMENTED)).open()
    const given = await page.evaluate(() => {
      const code = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])
      return WebAssembly.compile(code).then(
        () => 'compiled',
        () => isSecureContext,
      )
    })
    expect(given).toBe(true)
  })

  it.each([...SCENARIOS])('stores %s', async (_name, scenario) => {
    const system = await start(`${DOCUMENTED}; ${TRUSTED_TYPES}`)
    await scenario(system, await system.open())
    expect(system.errors).toEqual([])
    // Whether WebAssembly may be compiled is found out by trying, once a page.
    const loads = system.scripts.filter((script) => script === '/stdin.js')
    expect(system.refusals).toEqual(loads.map(() => 'script-src wasm-eval'))
  })

  it('hashes a large file in JavaScript if it goes in one request', async () => {
    const system = await start(DOCUMENTED, { multipart: false })
    const page = await system.open()
    const file = await choose(page, 17_000_000, 2)
    const { key } = await upload(page)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    const hashes = system.scripts.filter((path) => path.includes('sha256-in'))
    expect(hashes).toEqual([expect.stringMatching('^/sha256-in-pieces-')])
  })

  it.each([
    ["default-src 'self'", `default-src 'self'; connect-src 'self' ${SIGNER} ${BUCKET}`],
    ['a nonce', DOCUMENTED.replace("'self'", "'nonce-waybill'")],
  ])('works just as well with %s', async (_name, policy) => {
    const system = await start(policy)
    const page = await system.open()
    await choose(page, 17_000_000, 1)
    expect(await upload(page)).toMatchObject({ key: 'files/film.bin' })
  })

  it('fails without its scripts', async () => {
    const system = await start(DOCUMENTED.replace(/script-src[^;]*;/, ''))
    const page = await system.context.newPage()
    await page.goto(system.url)
    expect(await page.evaluate(() => 'createUploader' in globalThis)).toBe(false)
    await eventually(() => system.refusals).not.toEqual([])
  })

  it.each([
    ['connect-src', /connect-src.*/, 'SIGNER_UNAVAILABLE'],
    ['the signer', SIGNER, 'SIGNER_UNAVAILABLE'],
    ['the bucket', BUCKET, 'NETWORK_FAILED'],
  ])('fails without %s', async (_name, removed, code) => {
    const system = await start(DOCUMENTED.replace(removed, ''))
    const page = await system.open()
    await choose(page, 1000, 1)
    expect(await failureOf(page)).toBe(code)
  })
})
