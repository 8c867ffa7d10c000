/**
 * Which region `npm run deploy` would go to, before it goes anywhere.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const MODULE = new URL('../../../../../infra/region.js', import.meta.url).href

const CONFIG = `# Two people's
[default]
region = eu-west-1
output = json

[profile me]
sso_session = work
region=eu-north-1
[profile nowhere]
output = json
[sso-session work]
sso_region = us-east-2
`
const CREDENTIALS = `[old]
aws_access_key_id = AKIAEXAMPLE
region = ap-south-1
`

let folder: string
let files: Readonly<Record<string, string>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-region-'))
  files = {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  }
  await writeFile(join(folder, 'config'), CONFIG)
  await writeFile(join(folder, 'credentials'), CREDENTIALS)
})
afterAll(() => rm(folder, { recursive: true }))

/** In a process of its own: the module is plain JavaScript, for the Node that runs before ours. */
async function regionOf(args: readonly string[], env: Readonly<Record<string, string>>) {
  const script = `import { regionOf } from '${MODULE}'
    console.log(String(regionOf(${JSON.stringify(args)})))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    env: { HOME: folder, USERPROFILE: folder, ...env },
  })
  return stdout.trim()
}

describe('the region of a deployment', () => {
  it.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
    ['of the default profile', [], {}, 'eu-west-1'],
    ['of a profile', ['--profile', 'me'], {}, 'eu-north-1'],
    ['of a profile in one word', ['-c', 'demo=true', '--profile=me'], {}, 'eu-north-1'],
    ['of the profile of the environment', [], { AWS_PROFILE: 'me' }, 'eu-north-1'],
    ['of a profile among the credentials', ['--profile', 'old'], {}, 'ap-south-1'],
    ["the environment's", ['--profile', 'me'], { AWS_REGION: 'sa-east-1' }, 'sa-east-1'],
    ["the environment's default", [], { AWS_DEFAULT_REGION: 'ca-central-1' }, 'ca-central-1'],
    ['none where a profile has none', ['--profile', 'nowhere'], {}, 'undefined'],
    ['none where there is no profile', ['--profile', 'x'], {}, 'undefined'],
  ])('is %s', async (_what, args, env, region) => {
    expect(await regionOf(args, { ...files, ...env })).toBe(region)
  })

  it('is none without any file', async () => {
    expect(await regionOf([], { AWS_CONFIG_FILE: join(folder, 'missing') })).toBe('undefined')
  })
})

describe('npm run deploy', () => {
  it.each(['deploy', 'destroy'])(
    'says where to name a region, before anything is built: %s',
    async (command) => {
      const script = fileURLToPath(new URL('../../../../../infra/command.js', import.meta.url))
      const refused = run(process.execPath, [script, command], {
        env: { PATH: process.env.PATH, HOME: folder, USERPROFILE: folder },
      })
      await expect(refused).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/No region is set.*AWS_REGION.*us-east-1/s),
      })
    },
  )
})
