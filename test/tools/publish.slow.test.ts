/**
 * `tools/publish.ts` against a registry on this machine. Slow because each run packs all packages;
 * `release.test.ts` holds the order and the versions.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { builtPackages, PACKAGES } from '../../tools/build/built-packages.ts'

const { version } = packageJson

interface Packument {
  readonly name: string
  readonly versions: Readonly<Record<string, { readonly dist: { readonly integrity: string } }>>
}

/** What was published, in order. */
const published = new Map<string, Packument>()
let server: Server
let address: string

beforeAll(async () => {
  await builtPackages()
  server = createServer(async (request, response) => {
    const name = decodeURIComponent(request.url?.slice(1) ?? '')
    if (request.method === 'PUT') published.set(name, (await json(request)) as Packument)
    const packument = published.get(name)
    response.writeHead(packument ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(packument ?? { error: 'not found' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
  server.closeAllConnections()
})

async function publish(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['tools/publish.ts', ...args], {
    env: {
      ...process.env,
      npm_config_registry: `http://${address}`,
      [`npm_config_//${address}/:_authToken`]: 'of nobody',
    },
  })
  return stdout
}

describe('tools/publish.ts', () => {
  it('publishes nothing in a dry run', async () => {
    await publish('--dry-run')
    expect([...published.keys()]).toEqual([])
  })

  it('publishes the packages in order', async () => {
    await publish()
    expect([...published.keys()]).toEqual(PACKAGES)
  })

  it('publishes only what is missing when it is run again', async () => {
    published.delete('waybill-aws')
    const said = await publish()
    expect([...published.keys()]).toEqual(PACKAGES)
    expect(said.match(/\S+ is published already/g)).toHaveLength(3)
  })

  it('fails where somebody else has published that version', async () => {
    published.clear()
    const dist = { integrity: 'sha512-AAAA', tarball: `http://${address}/other.tgz` }
    const versions = { [version]: { name: 'waybill-s3', version, dist } }
    const theirs = { name: 'waybill-s3', 'dist-tags': { latest: version }, versions }
    published.set('waybill-s3', theirs)
    await expect(publish()).rejects.toThrow('on the registry is another archive (sha512-AAAA)')
    expect([...published.keys()]).toEqual(['waybill-s3'])
  })
})
