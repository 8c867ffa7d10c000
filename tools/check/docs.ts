/**
 * Compares the documents with the code:
 *
 * - Imported packages and subpaths exist. The targets and anchors of relative links exist.
 * - Paths in ARCHITECTURE.md, AGENTS.md and docs/project/security.md exist.
 * - Examples compile, and JSON, YAML and HCL can be parsed. Public names are taught and have a
 *   docstring (`docs/surface.ts`).
 * - docs/reference/errors.md explains exactly the existing codes.
 * - Each entry of docs/guide/troubleshooting.md names an existing test.
 * - packages/strict-s3/docs/conformance.md counts today's cases.
 * - packages/strict-s3/docs/operations.md matches strict-s3's operations.
 * - No page or example loads one of our packages from a registry before it has been released.
 *
 * @module
 */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { UPLOAD_ERROR_CODES } from 'waybill'
import { conformanceProblems } from '../../test/conformance/comparison-page.ts'
import { PACKAGES } from '../build/built-packages.ts'
import { anchorsOf } from '../docs/anchors.ts'
import { checkSurface } from '../docs/check-surface.ts'
import { configTexts } from '../docs/config-texts.ts'
import { installProblems } from '../docs/install-lines.ts'
import { namedPaths } from '../docs/named-paths.ts'
import { operationsProblems } from '../docs/operations-table.ts'
import { INSTALL } from '../pack.ts'

const problems: string[] = []
const exported = new Map<string, string>()
for (const name of PACKAGES) {
  const { exports } = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'))
  for (const [subpath, target] of Object.entries<string | Record<string, string>>(exports)) {
    const source = typeof target === 'string' ? undefined : target['@waybill/source']
    exported.set(posix.join(name, subpath), posix.join('packages', name, source ?? ''))
  }
}
const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'AGENTS.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  'CHANGELOG.md',
]
const documents = [
  ...pages,
  ...globSync(['{packages/strict-s3/,}docs/**/*.md', '{packages,examples}/*/README.md']),
]

for (const file of documents) {
  const text = readFileSync(file, 'utf8')
  for (const [, name = ''] of text.matchAll(/from '((?:waybill|strict-s3)[\w/-]*)'/g)) {
    if (!exported.has(name)) problems.push(`${file} names ${name}`)
  }
  for (const [, target = '', anchor] of text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)) {
    if (/^[a-z]+:/.test(target)) continue
    const path = target === '' ? file : join(dirname(file), target)
    if (!existsSync(path)) problems.push(`${file} links to ${target}`)
    else if (anchor && path.endsWith('.md') && !anchorsOf(readFileSync(path, 'utf8')).has(anchor)) {
      problems.push(`${file} links to ${target}#${anchor}, which is not a heading`)
    }
  }
  problems.push(...installProblems(text).map((problem) => `${file} ${problem}`))
  for (const block of await configTexts(text)) {
    if ('reason' in block) problems.push(`${file}:${block.line}: ${block.reason}`)
  }
}

for (const file of globSync('examples/*/package.json')) {
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8'))
  const ours = PACKAGES.find((name) => name in dependencies)
  if (ours) problems.push(`${file} names ${ours}, which is not released: '${INSTALL}' adds it`)
}

problems.push(...operationsProblems(), ...conformanceProblems())

for (const file of ['ARCHITECTURE.md', 'AGENTS.md', 'docs/project/security.md']) {
  for (const { path, below } of namedPaths(readFileSync(file, 'utf8'))) {
    const exists = below.some((folder) => globSync(folder + path).length > 0)
    if (!exists) problems.push(`${file} names ${path}, which does not exist`)
  }
}

const errors = readFileSync('docs/reference/errors.md', 'utf8')
const explained = [...errors.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, code]) => code)
for (const code of UPLOAD_ERROR_CODES) {
  if (!explained.includes(code)) problems.push(`docs/reference/errors.md does not explain ${code}`)
}
for (const code of explained) {
  if (!UPLOAD_ERROR_CODES.some((known) => known === code))
    problems.push(`docs/reference/errors.md has ${code}`)
}

const TROUBLE = 'docs/guide/troubleshooting.md'
for (const entry of readFileSync(TROUBLE, 'utf8').split(/^### /m).slice(1)) {
  const tests = [...entry.matchAll(/^<!-- test: (\S+) › (.+) -->$/gm)]
  if (tests.length === 0) problems.push(`${TROUBLE} names no test: ${entry.split('\n')[0]}`)
  for (const [, file = '', title = ''] of tests) {
    if (existsSync(file) && readFileSync(file, 'utf8').includes(title)) continue
    problems.push(`${TROUBLE} names a test that does not exist: ${file} › ${title}`)
  }
}

const sources = new Map([...exported].map(([name, path]) => [name, path.slice('packages/'.length)]))
const subpaths = new Map<string, string>()
for (const [name, source] of sources) {
  if (source.endsWith('/index.ts')) subpaths.set(posix.dirname(source), name)
}
const surface = checkSurface(subpaths, sources)
problems.push(...surface.problems)

for (const problem of problems) console.error(problem)
console.log(
  `${documents.length} documents, ${surface.examples} examples, ${problems.length} problems`,
)
process.exit(problems.length === 0 ? 0 : 1)
