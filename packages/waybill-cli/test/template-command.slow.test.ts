/**
 * `waybill template` at the command line: what it writes, and which features its options choose.
 *
 * Slow: each test starts the program, which loads CDK and synthesises.
 * `packages/waybill-aws/test/cdk/plain-template/chosen-features.test.ts` has what the features make of the template.
 *
 * @module
 */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { startWaybill } from '@waybill/test-support/waybill-process'
import { beforeAll, describe, expect, it } from 'vitest'
import { builtLambdas } from '../../../tools/build/built-packages.ts'
import { USUAL_FEATURES } from '../../waybill-aws/src/cdk/template/template-features.ts'
import { commandLineOf, featuresOf } from '../src/template/template-options.ts'

let folder: string

beforeAll(async () => {
  await builtLambdas()
  folder = temporaryFolder('waybill-template-')
})

async function run(...args: readonly string[]) {
  const started = startWaybill(['template', ...args])
  const code = await started.exit
  return { code, stdout: started.stdout(), stderr: started.stderr() }
}

async function jsonFile(name: string, value: object): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, JSON.stringify(value))
  return file
}

const rulesFile = (rules: object) => jsonFile('rules.json', rules)
const defaultsFile = (defaults: object) => jsonFile('defaults.json', defaults)

const PHOTOS = { types: ['image/png'], maxSize: '20 MiB' }

describe('waybill template', () => {
  it('reports at once that a directory cannot be used', async ({ skip }) => {
    skip(process.platform !== 'linux', 'it needs /proc')
    const { code, stderr } = await run('--out', '/proc/waybill/template')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^waybill: cannot use the directory \/proc\/waybill\/template: ENOENT/)
  })

  it('writes the template next to the zip, and lists its required parameters', async () => {
    const out = join(folder, 'a', 'b')
    const { code, stdout, stderr } = await run('--out', out, '--front', '--claim', '2')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [template = '', zip = '', ...others] = (await readdir(out)).sort()
    expect([template, others]).toEqual(['template.json', []])
    const text = await readFile(join(out, template), 'utf8')
    expect(text).toContain(zip)
    expect(stdout).toContain(`${join(out, zip)}, `)
    expect(stdout).toContain(
      'Parameters  AllowedOrigins, Rules, CodeBucket, JwtIssuer, JwtAudience\n',
    )
    expect(stdout).toContain('with defaults: Prefix, CodePrefix, JwksUri\n')
    expect(JSON.parse(text).Description).toMatch(
      /^Waybill \d\S+: .+ waybill template --auth jwt --claim 2 --front cloudfront$/,
    )
  })

  it('warns about a signer that is open to everybody, but writes it', async () => {
    const { code, stderr } = await run('--out', join(folder, 'open'), '--auth', 'none')
    expect(code).toBe(0)
    expect(stderr).toMatch(/^With --auth none the signer's URL is public.*\n$/)
    expect(stderr).toContain('write the template with --auth jwt or --auth iam')
    expect(stderr).not.toContain('{')
  })

  it('asks for subnets, and explains what they need', async () => {
    const { code, stdout, stderr } = await run('--out', join(folder, 'vpc'), '--vpc')
    expect(code).toBe(0)
    expect(stdout).toContain(', JwtAudience, SubnetIds, SecurityGroupIds\n')
    expect(stderr).toMatch(/^Without NAT in the subnets, .+ Secrets Manager and EventBridge: .+\n$/)
  })

  it.each([
    [['--auth', 'rules'], "--auth is 'rules', expected one of jwt, iam, none"],
    [['--delivery', 'mine'], "--delivery is 'mine', expected one of cloudfront, domain"],
    [['--claim', '2,x'], "--claim is 'x days', expected '1 day' to '365 days'"],
    [['--auth', 'none', '--delivery'], 'delivery would publish what strangers upload'],
    [['--auth', 'iam', '--front'], "front and auth 'iam' exclude each other"],
    [['--http-api', '--front'], 'front and http-api exclude each other'],
    [['--web-acl'], 'web-acl is given without front, expected both'],
  ])('writes nothing and explains why for %j', async (args, message) => {
    const out = join(folder, 'none')
    const { code, stdout, stderr } = await run('--out', out, ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`waybill: ${message}`)
    await expect(readdir(out)).rejects.toThrow('ENOENT')
  })
})

describe('featuresOf', () => {
  it('enables only the usual features by default', async () => {
    expect(await featuresOf({})).toEqual(USUAL_FEATURES)
  })

  it('enables the features that the rules in a file use', async () => {
    const file = await rulesFile({
      photos: { ...PHOTOS, read: true, claim: '30 days' },
      films: {
        ...{ ...PHOTOS, public: true, remove: 'receipt', claim: '2 days' },
        quota: { files: 3, every: 'day' },
      },
    })
    expect(await featuresOf({ rules: file, claim: '7,2' })).toMatchObject({
      read: true,
      remove: true,
      claims: [2, 7, 30],
      quota: true,
    })
    expect(await featuresOf({ rules: await rulesFile({ photos: PHOTOS }) })).toEqual(USUAL_FEATURES)
  })

  it('rejects rules that the signer would reject', async () => {
    const file = await rulesFile({ photos: { ...PHOTOS, maxsize: 1 } })
    await expect(featuresOf({ rules: file })).rejects.toThrow(
      `${file}: rules.photos has "maxsize", expected only types, maxSize`,
    )
  })

  it('rejects a rule for files that GuardDuty does not scan', async () => {
    const file = await rulesFile({ films: { types: ['video/*'], maxSize: '100 GiB' } })
    await expect(featuresOf({ rules: file, 'malware-scan': 'on' })).rejects.toThrow(
      `${file}: rules.films.maxSize is 107374182400 bytes, but GuardDuty scans at most`,
    )
  })

  it('rejects a rule that is not public if the signer is open to everybody', async () => {
    const file = await rulesFile({ open: { ...PHOTOS, public: true }, photos: PHOTOS })
    await expect(featuresOf({ rules: file, auth: 'none' })).rejects.toThrow(
      `${file}: rules.photos is not public, which --auth none requires: set "public": true in it, or use --auth jwt or --auth iam`,
    )
    const open = await rulesFile({ open: { ...PHOTOS, public: true } })
    expect(await featuresOf({ rules: open, auth: 'none' })).toMatchObject({ auth: 'none' })
  })

  it('explains that a template cannot have rules with code', async () => {
    const file = join(folder, 'rules.ts')
    await writeFile(file, 'export const rules = {}')
    const failed = featuresOf({ rules: file })
    await expect(failed).rejects.toThrow(`${file} is not JSON: Unexpected token`)
    await expect(failed).rejects.toThrow('Rules with code need a function of your own')
    const other = await featuresOf({ 'object-defaults': file }).catch(String)
    expect(other).toContain(`${file} is not JSON: Unexpected token`)
    expect(other).not.toContain('a function of your own')
  })

  it('reads the object defaults from a file', async () => {
    const objectDefaults = { storageClass: 'STANDARD_IA', tags: { team: 'media' } }
    const features = await featuresOf({ 'object-defaults': await defaultsFile(objectDefaults) })
    expect(features).toEqual({ ...USUAL_FEATURES, objectDefaults })
    // Seven tags could be longer than the description of a stack.
    expect(commandLineOf(features)).toBe('waybill template --auth jwt --object-defaults file.json')
  })

  it.each([
    [
      { storageClass: 'GLACIER' },
      'objectDefaults.storageClass is "GLACIER", expected STANDARD, STANDARD_IA',
    ],
    [
      { storageclass: 'STANDARD' },
      'objectDefaults has "storageclass", expected only serverSideEncryption, ',
    ],
    [
      { serverSideEncryption: 'aws:kms', sseKmsKeyId: '1234abcd-12ab' },
      "objectDefaults.sseKmsKeyId is '1234abcd-12ab', expected none: the bucket's key is used, the parameter KeyArn of --kms",
    ],
  ])('rejects object defaults: %j', async (defaults, message) => {
    const file = await defaultsFile(defaults)
    await expect(featuresOf({ 'object-defaults': file })).rejects.toThrow(`${file}: ${message}`)
  })

  it('is the inverse of commandLineOf', async () => {
    const line =
      'waybill template --auth iam --read --quota --http-api --malware-scan --kms --account-namespace --vpc --no-dashboard --claim 2,30 --delivery domain'
    const features = await featuresOf({
      auth: 'iam',
      read: 'on',
      quota: 'on',
      'http-api': 'on',
      vpc: 'on',
      'malware-scan': 'on',
      kms: 'on',
      'account-namespace': 'on',
      'no-dashboard': 'on',
      claim: '30,2',
      delivery: 'domain',
    })
    expect(commandLineOf(features)).toBe(line)
  })
})
