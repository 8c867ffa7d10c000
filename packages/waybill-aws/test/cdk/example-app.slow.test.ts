/**
 * The app of the rehearsal, synthesized by CDK's command line, under cdk-nag, CDK's own validation
 * and cfn-lint.
 *
 * Slow: each test runs the command line of CDK, with cdk-nag over the whole app.
 * `packages/waybill-aws/test/cdk/template.test.ts` has what the construct builds.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtLambdas } from '../../../../tools/build/built-packages.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))
const CDK = join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk')

const SWITCHES = ['malwareScan=true', 'transferAcceleration=true', 'delivery=true']

/** As it is, as a demonstration that goes away whole, and with all that can be switched on. */
const VARIANTS = { plain: [], demo: ['demo=true'], whole: SWITCHES } as const
type Variant = keyof typeof VARIANTS

let folder: string

beforeAll(async () => {
  await builtLambdas()
  folder = temporaryFolder('waybill-app-')
})

function synth(...context: readonly string[]) {
  // As far from an account as can be: nothing here may ask for one.
  return synthIn({}, ...context)
}

/** What the CLI tells the app of whose credentials it found. */
const ACCOUNT = {
  AWS_REGION: 'eu-west-1',
  CDK_DEFAULT_ACCOUNT: '123456789012',
  CDK_DEFAULT_REGION: 'eu-west-1',
}

async function synthIn(env: Readonly<Record<string, string>>, ...context: readonly string[]) {
  const out = await mkdtemp(join(folder, 'out-'))
  const options = ['--quiet', '--output', out]
  const { PATH, NODE_COMPILE_CACHE = '' } = process.env
  const { stdout, stderr } = await run(
    process.execPath,
    [CDK, 'synth', ...options, ...context.flatMap((each) => ['--context', each])],
    {
      cwd: join(ROOT, 'test/rehearsal/example'),
      env: { PATH, NODE_COMPILE_CACHE, HOME: folder, USERPROFILE: folder, CI: '1', ...env },
    },
  )
  return { out, said: `${stdout}${stderr}` }
}

const made = new Map<Variant, ReturnType<typeof synth>>()

/**
 * Synthesises a variant for the test that asks first, which waits for no other: each takes several
 * seconds of a core, most of them for validation.
 */
function appOf(name: Variant): ReturnType<typeof synth> {
  const app = made.get(name) ?? synth(...VARIANTS[name])
  made.set(name, app)
  return app
}

const TEMPLATE = 'WaybillDemo.template.json'

async function templateOf(name: Variant): Promise<string> {
  return readFile(join((await appOf(name)).out, TEMPLATE), 'utf8')
}

interface Resource {
  readonly id: string
  readonly Type: string
  readonly DeletionPolicy?: string
  readonly Properties: {
    readonly RetentionInDays?: number
    readonly Environment?: { readonly Variables?: { readonly WAYBILL_RULES?: string } }
  }
}

async function resourcesOf(name: Variant): Promise<Resource[]> {
  const { Resources } = JSON.parse(await templateOf(name))
  return Object.entries<Omit<Resource, 'id'>>(Resources).map(([id, rest]) => ({ id, ...rest }))
}

describe('the example app', () => {
  it.each(['plain', 'demo', 'whole'] as const)(
    'synthesizes with only the expected warning (%s)',
    async (name) => {
      const { out, said } = await appOf(name)
      const findings = said.split('\n').filter((line) => /^(?:WARNING|ERROR)/.test(line))
      expect(findings).toHaveLength(1)
      expect(findings[0]).toContain("auth is 'none'")
      const report = await readFile(join(out, 'validation-report.json'), 'utf8')
      // The packs did run, and did look at this stack.
      expect(report).toContain('AwsSolutions')
    },
  )

  it('signs forms without a named rule, as the simplest client requests them', async () => {
    const [settings] = (await resourcesOf('plain')).flatMap(
      ({ Properties }) => Properties.Environment?.Variables?.WAYBILL_RULES ?? [],
    )
    const rules = Object.values<{ types: string[]; form?: number }>(JSON.parse(settings ?? ''))
    expect(rules).toMatchObject([{ form: 100 * 1024 ** 2 }])
    expect(rules[0]?.types[0]).toBe('video/mp4')
  })

  it('leaves nothing behind as a demo, and everything otherwise', async () => {
    for (const [name, policy] of [
      ['plain', 'RetainExceptOnCreate'],
      ['demo', 'Delete'],
    ] as const) {
      const holding = (await resourcesOf(name)).filter(({ Type }) =>
        ['AWS::S3::Bucket', 'AWS::Logs::LogGroup'].includes(Type),
      )
      expect(holding).toHaveLength(4)
      expect(new Set(holding.map(({ DeletionPolicy }) => DeletionPolicy))).toEqual(
        new Set([policy]),
      )
      const logs = holding.filter(({ Type }) => Type === 'AWS::Logs::LogGroup')
      expect(logs.map(({ Properties }) => Properties.RetentionInDays)).toEqual([30, 30])
    }
  })

  it('has a switch for each optional part', async () => {
    const types = async (name: Variant) => (await resourcesOf(name)).map(({ Type }) => Type)
    expect(await types('plain')).not.toContain('AWS::GuardDuty::MalwareProtectionPlan')
    expect(await types('whole')).toContain('AWS::GuardDuty::MalwareProtectionPlan')
    const template = JSON.parse(await templateOf('whole'))
    expect(Object.keys(template.Outputs)).toContain('DeliveryUrl')
    expect(await templateOf('plain')).not.toContain('s3-accelerate')
    expect(await templateOf('whole')).toContain('s3-accelerate')
  })

  it("synthesizes for the account and region of the CLI's credentials", async () => {
    // CDK's own validation has seen this template without an account.
    const { out } = await synthIn({ ...ACCOUNT, CDK_VALIDATION: 'false' })
    const manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))
    expect(manifest.artifacts.WaybillDemo.environment).toBe('aws://123456789012/eu-west-1')
  })

  it.for(['plain', 'demo', 'whole'] as const)(
    'passes cfn-lint, where that is installed (%s)',
    async (name, { skip }) => {
      const template = join((await appOf(name)).out, TEMPLATE)
      const findings = await run('cfn-lint', [template]).catch((error) => {
        if (error.code === 'ENOENT') skip('cfn-lint is not installed: the template was not linted')
        return error
      })
      expect(findings).toMatchObject({ stdout: '' })
    },
  )
})
