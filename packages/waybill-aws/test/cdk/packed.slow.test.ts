/**
 * The package as it is published, in a folder where there is nothing else: it must synthesise
 * without esbuild, Docker or a build of its own.
 *
 * Slow: packs the package and installs it beside CDK, also in its lowest version.
 * `tools/check/package.ts` runs the packed package; `packages/waybill-aws/test/cdk/template.test.ts` has what is
 * built.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { beforeAll, describe, expect, it } from 'vitest'
import { installBuilt } from '../../../../tools/build/built-packages.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url))

/** The whole of somebody's application. */
const APP = `import { App, Size, Stack } from 'aws-cdk-lib'
import { WaybillUploads } from 'waybill-aws/cdk'

const app = new App({ outdir: 'cdk.out' })
const stack = new Stack(app, 'Uploads')
const uploads = new WaybillUploads(stack, 'Uploads', {
  allowedOrigins: ['https://app.example.com'],
  auth: { type: 'none' },
  rules: {
    photos: { types: ['image/jpeg', 'image/png'], maxSize: Size.mebibytes(20), public: true },
  },
})
stack.exportValue(uploads.signerUrl, { name: 'SignerUrl' })
app.synth()
`

/** All constructs that there are, with the switches that bring most resources. */
const EVERYTHING = `import { App, Size, Stack } from 'aws-cdk-lib'
import { Vpc } from 'aws-cdk-lib/aws-ec2'
import { Tracing } from 'aws-cdk-lib/aws-lambda'
import { Delivery, SignerFirewall, SignerFront, WaybillUploads } from 'waybill-aws/cdk'

const app = new App({ outdir: 'cdk.out' })
const env = { account: '123456789012', region: 'us-east-1' }
const stack = new Stack(app, 'Uploads', { env })
const { bucket, signer } = new WaybillUploads(stack, 'Uploads', {
  allowedOrigins: ['https://app.example.com'],
  rules: { photos: { types: ['image/png'], maxSize: Size.mebibytes(20) } },
  auth: { type: 'jwt', issuer: 'https://id.example.com', audience: 'uploads' },
  behindCloudFront: true,
  malwareScan: true,
  transferAcceleration: true,
})
new SignerFront(stack, 'Front', { signer, webAclId: new SignerFirewall(stack, 'Firewall').webAclArn })
new WaybillUploads(stack, 'Api', {
  allowedOrigins: ['https://app.example.com'],
  rules: { photos: { types: ['image/png'], maxSize: Size.mebibytes(20) } },
  auth: { type: 'iam' },
  functionUrl: false,
  tracing: Tracing.ACTIVE,
  vpc: new Vpc(stack, 'Vpc', { maxAzs: 2 }),
  objectDefaults: { storageClass: 'STANDARD_IA', tags: { team: 'media' } },
  dualStack: true,
  fips: true,
})
new Delivery(stack, 'Delivery', { bucket, viewers: 'everybody' })
app.synth()
`

const LOWEST = fileURLToPath(new URL('lowest', import.meta.url))

/** @returns Why there is no lowest version of CDK here, or nothing when there is one. */
async function missingLowest(): Promise<string | undefined> {
  if (existsSync(join(LOWEST, 'node_modules', 'aws-cdk-lib'))) return undefined
  if (!process.env.CI && !process.env.WAYBILL_LONG) {
    return 'the lowest aws-cdk-lib is not installed; WAYBILL_LONG=1 installs it (160 MB)'
  }
  try {
    await run('npm', ['ci'], { cwd: LOWEST, timeout: 300_000 })
    return undefined
  } catch (error) {
    return `the lowest aws-cdk-lib could not be installed: ${String(error).slice(0, 500)}`
  }
}

const missing = await missingLowest()
if (missing) console.warn(`\n  SKIPPED: synthesis with the lowest version of CDK.\n  ${missing}\n`)

let folder: string

beforeAll(async () => {
  folder = temporaryFolder('waybill-packed-')
  await install('app', join(ROOT, 'node_modules'))
})

/**
 * What `npm install waybill-aws aws-cdk-lib constructs` leaves in a folder, without asking a
 * registry for 160 MB that are here.
 *
 * @param from - The `node_modules` that have CDK.
 */
async function install(app: string, from: string): Promise<void> {
  const modules = join(folder, app, 'node_modules')
  await installBuilt(modules, 'waybill-aws')
  for (const name of ['aws-cdk-lib', 'constructs']) {
    await symlink(join(from, name), join(modules, name), 'junction')
  }
}

describe('the packed package', () => {
  it('synthesizes a fifteen-line app, including its functions', async () => {
    expect(APP.trim().split('\n').length).toBeLessThanOrEqual(15)
    const app = join(folder, 'app')
    await writeFile(join(app, 'app.mjs'), APP)
    // No PATH: neither esbuild nor Docker nor npx can be found.
    await run(process.execPath, ['app.mjs'], { cwd: app, env: {} })
    const template = JSON.parse(
      await readFile(join(app, 'cdk.out', 'Uploads.template.json'), 'utf8'),
    )
    const functions = Object.values<{ Type: string; Properties: { Code: { S3Key: string } } }>(
      template.Resources,
    ).filter(({ Type }) => Type === 'AWS::Lambda::Function')
    expect(functions).toHaveLength(2)
    for (const { Properties } of functions) {
      const asset = join(app, 'cdk.out', `asset.${Properties.Code.S3Key.replace('.zip', '')}`)
      expect(await readdir(asset)).toContain('index.mjs')
    }
  })

  it("deploys docs/start/deploy.md's app verbatim, in a new folder", async () => {
    const page = await readFile(join(ROOT, 'docs', 'start', 'deploy.md'), 'utf8')
    const [, name = '', code = ''] = /as `(app\.\w+)`[\s\S]*?```ts\n([\s\S]*?)```/.exec(page) ?? []
    const commands = Array.from(
      page.matchAll(/```sh\n((?:npm init|npx cdk diff)[\s\S]*?)```/g),
      ([, text = '']) => text,
    )
    expect(commands.join('')).toMatch(
      /^npm init -y\n(?:npm install .+\n)+npx cdk diff --app '.+\nnpx cdk deploy --app '.+\n$/,
    )
    expect(commands[0]).toContain(' aws-cdk\n')
    await install('reader', join(ROOT, 'node_modules'))
    const cwd = join(folder, 'reader')
    await run('npm', ['init', '-y'], { cwd })
    await writeFile(join(cwd, name), code)
    const [, app = ''] = /--app '(.+?)'/.exec(commands[1] ?? '') ?? []
    const cdk = join(ROOT, 'node_modules', '.bin', 'cdk')
    const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, HOME: cwd, CI: '1' }
    await run(cdk, ['synth', '--quiet', '--app', app], { cwd, env })
    const template = await readFile(join(cwd, 'cdk.out', 'Uploads.template.json'), 'utf8')
    // What `waybill doctor --stack` and `waybill redrive` look for.
    expect(Object.keys(JSON.parse(template).Outputs)).toEqual(
      expect.arrayContaining(['SignerUrl', 'BucketName', 'ArrivalFunction']),
    )
  })

  it('requires no installation steps beyond itself', async () => {
    const modules = join(folder, 'app', 'node_modules')
    const { dependencies } = JSON.parse(
      await readFile(join(modules, 'waybill-aws', 'package.json'), 'utf8'),
    )
    expect(Object.keys(dependencies)).toEqual(['waybill', 'waybill-s3'])
  })
})

interface Resource {
  readonly Type: string
  readonly Properties: { readonly Action?: string; readonly Principal?: string }
}

/** Runs `EVERYTHING` with some version of CDK, far from esbuild and Docker. */
async function synthesiseEverything(app: string, modules: string): Promise<Resource[]> {
  await install(app, modules)
  const cwd = join(folder, app)
  await writeFile(join(cwd, 'app.mjs'), EVERYTHING)
  await run(process.execPath, ['app.mjs'], { cwd, env: {} })
  const text = await readFile(join(cwd, 'cdk.out', 'Uploads.template.json'), 'utf8')
  return Object.values<Resource>(JSON.parse(text).Resources)
}

describe('the peer range', () => {
  it('begins with the tested version', async () => {
    const versions = async (folder: string) =>
      JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    const { peerDependencies } = await versions(join(ROOT, 'packages/waybill-aws'))
    const { dependencies } = await versions(LOWEST)
    for (const name of ['aws-cdk-lib', 'constructs'])
      expect(peerDependencies[name]).toBe(`^${dependencies[name]}`)
  })

  it.skipIf(missing)(
    'synthesizes the same resources at its lowest version, with both permissions',
    async () => {
      const newest = await synthesiseEverything('newest', join(ROOT, 'node_modules'))
      const lowest = await synthesiseEverything('lowest', join(LOWEST, 'node_modules'))
      const types = (resources: Resource[]) => resources.map(({ Type }) => Type).toSorted()
      expect(types(lowest)).toEqual(types(newest))
      const actions = (resources: Resource[]) =>
        resources
          .filter(({ Properties }) => Properties.Principal === 'cloudfront.amazonaws.com')
          .map(({ Properties }) => Properties.Action)
          .toSorted()
      const both = ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']
      expect(actions(lowest)).toEqual(both)
      expect(actions(newest)).toEqual(both)
    },
  )
})
