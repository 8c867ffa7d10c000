/**
 * `node tools/sbom.ts <folder>`: writes a software bill of materials (SBOM) for each package to the
 * folder, in the CycloneDX format. It lists the packages that `npm install` adds, and the libraries
 * in the bundles.
 *
 * `npm sbom` lists everything in the workspace with versions, licenses and hashes, but cannot
 * filter it for one package. It would omit dependencies that the workspace's tests also use, and
 * everything that is bundled, and it would include packages that are not published.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { builtPackages, PACKAGES, type PackageName } from './build/built-packages.ts'
import { librariesIn, NOTICES } from './build/notices.ts'
import { npm } from './npm.ts'

const ROOT = resolve(import.meta.dirname, '..')

/** The SBOM properties that are used here. Each `ref` is `name@version`. */
interface Bill {
  readonly metadata: object
  readonly components: readonly { readonly 'bom-ref': string }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

function billOf(name: PackageName, workspace: Bill): Bill {
  const graph = new Map(workspace.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]))
  const own = [...graph.keys()].find((ref) => nameOf(ref) === name) ?? ''
  const included = new Set<string>()
  const bundled = new Set<string>()
  const queue = [own]
  for (let ref = queue.pop(); ref !== undefined; ref = queue.pop()) {
    if (included.has(ref)) continue
    included.add(ref)
    const dependsOn = graph.get(ref) ?? []
    const ours = PACKAGES.find((each) => each === nameOf(ref))
    queue.push(...dependsOn.filter((each) => ours === undefined || isInstalled(ours, each)))
    for (const library of ours === undefined ? [] : bundledIn(ours)) bundled.add(library)
  }
  // Add bundled libraries without their dependencies, because only their own code is included.
  for (const library of bundled) included.add(library)
  const components = workspace.components.filter((each) => included.has(each['bom-ref']))
  if (components.length < included.size) {
    throw new Error(`npm sbom does not have all of ${[...included].join(', ')}`)
  }
  return {
    ...workspace,
    ...{ serialNumber: `urn:uuid:${randomUUID()}` },
    metadata: {
      ...workspace.metadata,
      component: components.find((each) => each['bom-ref'] === own),
    },
    components: components.filter((each) => each['bom-ref'] !== own),
    dependencies: [...included].map((ref) => {
      const dependsOn = (graph.get(ref) ?? []).filter((each) => included.has(each))
      const more = ref === own ? bundledIn(name) : []
      return { ref, dependsOn: [...new Set([...dependsOn, ...more])] }
    }),
  }
}

function isInstalled(name: PackageName, ref: string): boolean {
  const text = readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8')
  return Object.hasOwn(JSON.parse(text).dependencies ?? {}, nameOf(ref))
}

function bundledIn(name: PackageName): readonly string[] {
  const notices = join(ROOT, 'packages', name, NOTICES)
  return existsSync(notices) ? librariesIn(readFileSync(notices, 'utf8')) : []
}

const nameOf = (ref: string) => ref.slice(0, ref.lastIndexOf('@'))

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: node tools/sbom.ts <folder>')
await builtPackages()
const workspace: Bill = JSON.parse(npm(['sbom', '--sbom-format', 'cyclonedx'], { cwd: ROOT }))
mkdirSync(folder, { recursive: true })
for (const name of PACKAGES) {
  const file = join(folder, `${name}.cdx.json`)
  writeFileSync(file, `${JSON.stringify(billOf(name, workspace), null, 2)}\n`)
  console.log(file)
}
