/**
 * `tools/publish.ts` against a registry on this machine, in a repository without `node_modules`, as in
 * the job that may publish. Slow because npm starts eight times to publish five packages;
 * `release.test.ts` holds the order and the versions, `workflows.test.ts` what the job runs.
 *
 * @module
 */

import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { PACKAGES } from '../../tools/build/built-packages.ts'

const { version } = packageJson

interface Packument {
  readonly name: string
  readonly 'dist-tags': Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, { readonly dist: { readonly integrity: string } }>>
}

/** What the registry has. */
const registry = new Map<string, Packument>()
/** The names of what was published, in order. */
const published: string[] = []
/** The package of which the registry says nothing but that it failed. */
let failing: string | undefined
let server: Server
let address: string
let root: string

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const name = decodeURIComponent(request.url?.slice(1) ?? '')
    if (request.method === 'PUT') {
      published.push(name)
      registry.set(name, (await json(request)) as Packument)
    }
    const packument = registry.get(name)
    response.writeHead(name === failing ? 500 : packument ? 200 : 404, {
      'content-type': 'application/json',
    })
    response.end(JSON.stringify(packument ?? { error: 'not to be had' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  root = await repository()
})

afterAll(() => {
  server.close()
  server.closeAllConnections()
})

beforeEach(() => {
  registry.clear()
  published.length = 0
  failing = undefined
})

/** Makes a repository with nothing but the tools, and small archives in its `packs/`. */
async function repository(): Promise<string> {
  const folder = temporaryFolder('waybill-publish-')
  for (const name of ['.gitignore', 'package.json', 'tools']) {
    await cp(name, join(folder, name), { recursive: true })
  }
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: folder })
  git('init', '--quiet')
  git('add', '.')
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'a release')
  const sources = temporaryFolder('waybill-publish-sources-')
  for (const name of PACKAGES) {
    await mkdir(join(sources, name))
    await writeFile(join(sources, name, 'package.json'), JSON.stringify({ name, version }))
  }
  await mkdir(join(folder, 'packs'))
  const folders = PACKAGES.map((name) => `./${name}`)
  const args = ['pack', '--silent', '--pack-destination', join(folder, 'packs'), ...folders]
  execFileSync('npm', args, { cwd: sources })
  return folder
}

async function integrityOf(name: string): Promise<string> {
  const archive = await readFile(join(root, 'packs', `${name}-${version}.tgz`))
  return `sha512-${createHash('sha512').update(archive).digest('base64')}`
}

/** Puts a version of a package into the registry. */
function register(name: string, integrity: string, itsVersion = version): void {
  const dist = { integrity, tarball: `http://${address}/${name}.tgz` }
  const versions = { [itsVersion]: { name, version: itsVersion, dist } }
  registry.set(name, { name, 'dist-tags': { latest: itsVersion }, versions })
}

async function publish(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['tools/publish.ts', ...args], {
    cwd: root,
    env: {
      ...process.env,
      npm_config_registry: `http://${address}`,
      npm_config_fetch_retries: '0',
      [`npm_config_//${address}/:_authToken`]: 'of nobody',
    },
  })
  return stdout
}

describe('tools/publish.ts', () => {
  it('publishes nothing unless told to', async () => {
    const said = await publish()
    expect(said.match(/^\+ .*/gm)).toEqual(PACKAGES.map((name) => `+ ${name}@${version}`))
    expect(published).toEqual([])
  })

  it('publishes the archives unchanged, in order', async () => {
    register('waybill', 'sha512-AAAA', '0.0.0')
    await publish('--publish')
    expect(published).toEqual(PACKAGES)
    for (const name of PACKAGES) {
      expect(registry.get(name)?.versions[version]?.dist.integrity).toBe(await integrityOf(name))
    }
  })

  it('publishes only what is missing when it is run again', async () => {
    const missing = 'waybill-aws'
    const there = PACKAGES.filter((name) => name !== missing)
    for (const name of there) register(name, await integrityOf(name))
    const said = await publish('--publish')
    expect(published).toEqual([missing])
    expect(said.match(/.* is published already/g)).toHaveLength(there.length)
  })

  it('publishes nothing if somebody else has published that version of one package', async () => {
    register('waybill-aws', 'sha512-AAAA')
    await expect(publish('--publish')).rejects.toThrow(
      `waybill-aws@${version} on the registry is another archive (sha512-AAAA)`,
    )
    expect(published).toEqual([])
  })

  it('publishes nothing if the registry does not report what it has', async () => {
    failing = 'waybill-aws'
    await expect(publish('--publish')).rejects.toThrow(
      /did not say whether it has waybill-aws@.*npm error code E500/s,
    )
    expect(published).toEqual([])
  })

  it('publishes nothing from a work tree with changes', async () => {
    const change = join(root, 'change.txt')
    await writeFile(change, '')
    await expect(publish('--publish')).rejects.toThrow(/the work tree has changes.*change\.txt/s)
    await rm(change)
    expect(published).toEqual([])
  })

  it('accepts a folder with an archive of each package', async () => {
    await expect(publish('elsewhere')).rejects.toThrow(
      `${join(root, 'elsewhere', `waybill-s3-${version}.tgz`)} is missing`,
    )
  })
})
