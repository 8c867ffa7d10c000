/**
 * The example application, as `npm run synth` makes it, under cdk-nag, CDK's own validation and cfn-lint.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildLambdas } from '../../scripts/build-lambdas.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CDK = join(ROOT, 'node_modules', '.bin', 'cdk')

let folder: string
/** As it is, and as a demonstration that goes away whole. */
let apps: Record<'plain' | 'demo', Awaited<ReturnType<typeof synth>>>

beforeAll(async () => {
  await buildLambdas()
  folder = await mkdtemp(join(tmpdir(), 'waybill-app-'))
  // The page's own build is tested elsewhere; here it only has to be something.
  cpSync(join(ROOT, 'demo'), join(folder, 'page'), { recursive: true })
  await writeFile(join(folder, 'page', 'page.js'), "fetch('/api/uploads')")
  apps = { plain: await synth(), demo: await synth('demo=true') }
})
afterAll(() => rm(folder, { recursive: true }))

async function synth(...context: readonly string[]) {
  const out = join(folder, `out-${context.join('-') || 'plain'}`)
  const options = ['--quiet', '--output', out, '--context', `page=${join(folder, 'page')}`]
  const { stdout, stderr } = await run(
    CDK,
    ['synth', ...options, ...context.flatMap((each) => ['--context', each])],
    // As far from an account as can be: nothing here may ask for one.
    { cwd: join(ROOT, 'infra'), env: { PATH: process.env.PATH, HOME: folder, CI: '1' } },
  )
  return { out, said: `${stdout}${stderr}` }
}

describe('the example app', () => {
  it.each(['plain', 'demo'] as const)(
    'synthesises with the one warning that is asked for (%s)',
    async (name) => {
      const { out, said } = apps[name]
      const findings = said.split('\n').filter((line) => /^(?:WARNING|ERROR)/.test(line))
      expect(findings).toHaveLength(1)
      expect(findings[0]).toContain("auth is 'none'")
      const report = await readFile(join(out, 'validation-report.json'), 'utf8')
      // The packs did run, and did look at this stack.
      expect(report).toContain('AwsSolutions')
    },
  )

  it('has the outputs that a person needs, and deploys the page with its signer in it', async () => {
    const { out } = apps.plain
    const template = JSON.parse(await readFile(join(out, 'WaybillDemo.template.json'), 'utf8'))
    expect(Object.keys(template.Outputs)).toEqual(
      expect.arrayContaining(['SignerUrl', 'SiteUrl', 'BucketName']),
    )
    const deployment = Object.values<{ Type: string; Properties: { SourceMarkers: object[] } }>(
      template.Resources,
    ).find(({ Type }) => Type === 'Custom::CDKBucketDeployment')
    const markers = JSON.stringify(deployment?.Properties.SourceMarkers)
    expect(markers).toContain('FunctionUrl')
  })

  it('is clean under cfn-lint, where that is installed', async ({ skip }) => {
    const found = await run('cfn-lint', ['--version']).catch(() => undefined)
    if (!found) skip('cfn-lint is not installed: the template was not linted')
    const template = join(apps.demo.out, 'WaybillDemo.template.json')
    expect(existsSync(template)).toBe(true)
    // W3005: CDK always adds `DependsOn` a role's policy and its role, also where a reference says it too.
    const linted = await run('cfn-lint', ['--ignore-checks', 'W3005', '--', template])
    expect(linted.stdout).toBe('')
  })
})
