import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeProblem } from '../src/node-version.ts'

const lowest = String(JSON.parse(readFileSync('package.json', 'utf8')).engines.node).slice(2)

describe('nodeProblem', () => {
  it.each([`${lowest}.0`, '22.20.1', '24.0.0', '100.0.0-nightly'])('accepts Node %s', (version) => {
    expect(nodeProblem(version)).toBeUndefined()
  })

  it.each(['18.20.4', '20.20.2', '22.17.9'])(
    'rejects Node %s and names the lowest supported version',
    (version) => {
      expect(nodeProblem(version)).toContain(`this is Node ${version}, expected ${lowest} or newer`)
    },
  )
})

/** Makes Node look like version 18, which does not have the function that modules call first. */
const NODE_18 = `data:text/javascript,
  delete process.getBuiltinModule;
  Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })`

describe.each(['waybill-cli/src', 'strict-s3/src/cli'])('%s on Node 18', (folder) => {
  it('prints only which version it needs', () => {
    const main = join('packages', folder, 'main.ts')
    const args = ['--conditions=@waybill/source', '--import', NODE_18, main, '--help']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(new RegExp(`^this is Node 18.20.8, expected ${lowest} or newer: .+\n$`))
  })
})
