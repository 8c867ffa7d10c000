import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { beforeAll, describe, expect, it } from 'vitest'
import { PACKAGES } from '../../tools/build/built-packages.ts'

interface PackageJson {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const FOLDERS = (await readdir('packages')).map((name) => join('packages', name))
const all = await Promise.all(
  ['.', 'test/support', ...FOLDERS].map(
    async (folder): Promise<PackageJson> =>
      JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')),
  ),
)
const version = all[0]?.version ?? ''
const names = all.map(({ name }) => name)
const published = PACKAGES.map((name) => all.find((each) => each.name === name))

describe('the packages', () => {
  it('have one version, and refer to each other by exactly that', () => {
    expect(version).toMatch(/^\d+\.\d+\.\d+/)
    for (const each of all) {
      const needed = Object.entries({
        ...each.dependencies,
        ...each.devDependencies,
        ...each.peerDependencies,
      })
      const ours = needed.filter(([name]) => names.includes(name))
      expect([each.name, each.version, ours]).toEqual([
        each.name,
        version,
        ours.map(([name]) => [name, version]),
      ])
    }
  })

  it('are published each after its dependencies, and the private ones never', () => {
    expect([...PACKAGES].sort()).toEqual(
      all.flatMap((each) => (each.private ? [] : [each.name])).sort(),
    )
    published.forEach((each, index) => {
      const later: readonly string[] = PACKAGES.slice(index)
      expect(Object.keys(each?.dependencies ?? {}).filter((name) => later.includes(name))).toEqual(
        [],
      )
    })
  })

  it('have their version in the changelog', async () => {
    expect(await readFile('CHANGELOG.md', 'utf8')).toMatch(
      new RegExp(`^## ${version.replaceAll('.', '\\.')}\\b`, 'm'),
    )
  })
})

describe('tools/sbom.ts', () => {
  let folder: string

  beforeAll(async () => {
    folder = temporaryFolder('waybill-sbom-')
    await promisify(execFile)(process.execPath, ['tools/sbom.ts', folder])
  })

  async function billOf(name: string) {
    const bill = JSON.parse(await readFile(join(folder, `${name}.cdx.json`), 'utf8'))
    const components: readonly { name: string }[] = bill.components
    return { of: bill.metadata.component.purl, names: components.map((each) => each.name) }
  }

  it('lists each package with its dependencies', async () => {
    expect(await billOf('waybill-s3')).toEqual({ of: `pkg:npm/waybill-s3@${version}`, names: [] })
    expect(await billOf('strict-s3')).toEqual({
      of: `pkg:npm/strict-s3@${version}`,
      names: ['hash-wasm', 'waybill-s3'],
    })
  })

  it('lists bundled libraries, but not development tools', async () => {
    const { names: inWaybill } = await billOf('waybill')
    expect(inWaybill).toEqual(expect.arrayContaining(['lit-html', 'file-type', 'strtok3']))
    for (const name of ['lit', 'react', 'vue', '@waybill/command-line']) {
      expect(inWaybill).not.toContain(name)
    }
    const { names: inAws } = await billOf('waybill-aws')
    expect(inAws).toEqual(expect.arrayContaining(['fflate', 'waybill', 'lit-html']))
    expect(inAws).not.toContain('aws-cdk-lib')
  })
})
