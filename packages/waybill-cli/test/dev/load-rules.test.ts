import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { signedForm } from '@waybill/test-support/upload-form'
import {
  STATE_HOME,
  startDev,
  startWaybill,
  stateIn,
  temporaryDirectory,
} from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import { createSeal } from '../../../waybill/src/seal/seal.ts'
import { sealSecret } from '../../src/dev/seal-secret.ts'

const PACKAGE = fileURLToPath(new URL('../../../waybill', import.meta.url))

/** A project of a user's: it has the package installed, and a file of rules. */
async function projectWith(source: string, name = 'rules.ts') {
  const directory = await temporaryDirectory()
  await mkdir(join(directory, 'node_modules'))
  await symlink(PACKAGE, join(directory, 'node_modules', 'waybill'), 'junction')
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }')
  const file = join(directory, name)
  await writeFile(file, source)
  return { directory, file }
}

describe('waybill dev --rules', () => {
  it.each([
    ['rules.ts', 'export const rules: UploadRules = RULES'],
    ['rules.mts', 'const rules: UploadRules = RULES\nexport default rules'],
  ])('applies the rules of %s', async (name, exported) => {
    const rules = `{ note: uploadRule({ types: ['text/plain'], maxSize: '1 KiB', form: true }) }`
    const head = `import { type UploadRules, uploadRule } from 'waybill'\n`
    const { directory, file } = await projectWith(head + exported.replace('RULES', rules), name)
    const dev = await startDev(join(directory, 'home'), { rules: file })
    const form = await signedForm(dev.signerUrl)
    expect(form.fields['Content-Type']).toBe('text/plain')
    await expect(signedForm(dev.signerUrl, { type: 'video/mp4' })).rejects.toThrow(
      'FILE_TYPE_NOT_ALLOWED',
    )
    const destination = await (await fetch(`${dev.url}/api/destination`)).json()
    expect(destination).toEqual({
      bucket: 'uploads',
      rules: [{ name: 'note', types: ['text/plain'], maxSize: 1024 }],
      hasLine: true,
      shortLivedEndpoint: '/api/short-lived-uploads',
    })
  })

  it.each([
    ['exports nothing', `export const other = 1`, 'exports no rules'],
    ['exports a list', `export const rules = []`, 'are a list, expected an object'],
    ['exports no rule', `export const rules = {}`, 'are empty, expected an object'],
    ['has a number for a rule', `export const rules = { a: 1 }`, 'are not all rules'],
    ['cannot be read', `export const rules = {`, 'rules.ts:1'],
    ['imports what is not there', `import 'not-there'`, "Cannot find package 'not-there'"],
    ['fails', `throw new Error('my own mistake')`, 'my own mistake'],
    [
      'lacks the size',
      `export const rules = { a: { types: ['text/plain'] } }`,
      'rules.a.maxSize is missing',
    ],
  ])('explains what is wrong with a file that %s', async (_what, source, message) => {
    const { directory, file } = await projectWith(source)
    const dev = startWaybill(
      ['dev', '--port', '0', '--s3-port', '0', '--dir', join(directory, 'home'), '--rules', file],
      { cwd: directory },
    )
    expect(await dev.exit).toBe(1)
    expect(dev.stderr()).toContain(message)
    expect(dev.stderr()).toContain('waybill: --rules')
    expect(dev.stderr()).not.toContain('    at ')
  })

  it("assigns the owner 'local' for rules that do not say who may upload, and says so", async () => {
    const rules = `{
      note: { types: ['text/plain'], maxSize: 9, form: true },
      mine: { types: ['text/plain'], maxSize: 9, form: true, authorize: () => false },
      all: { types: ['text/plain'], maxSize: 9, form: true, public: true },
    }`
    const { directory, file } = await projectWith(`export const rules = ${rules}`)
    const dev = await startDev(join(directory, 'home'), { rules: file })
    const form = await signedForm(dev.signerUrl, { rule: 'note' })
    const { secret } = await sealSecret(join(directory, 'home'), stateIn(STATE_HOME))
    const seal = createSeal(secret, { bucket: 'uploads', region: 'us-east-1', prefix: '' })
    expect(await seal.open(form.fields['x-amz-meta-waybill'] ?? '')).toMatchObject({
      owner: 'local',
    })
    await expect(signedForm(dev.signerUrl, { rule: 'mine' })).rejects.toThrow('UNAUTHENTICATED')
    await signedForm(dev.signerUrl, { rule: 'all' })
    expect(dev.stdout()).toContain(
      "'note' has neither authorize nor public: true. Here each upload under it belongs to 'local'; " +
        'on your own server, createSigner requires authorize for it\n',
    )
  })

  it("counts the rules' quotas in memory", async () => {
    const { directory, file } = await projectWith(`export const rules = {
      note: { types: ['text/plain'], maxSize: 9, form: true, quota: { files: 2, every: 'month' } },
    }`)
    const dev = await startDev(join(directory, 'home'), { rules: file })
    const statuses = []
    for (let count = 0; count < 3; count += 1) statuses.push((await fetch(dev.signerUrl)).status)
    expect(statuses).toEqual([200, 200, 429])
  })

  it('reports that the file does not exist', async () => {
    const directory = await temporaryDirectory()
    const dev = startWaybill(['dev', '--rules', 'missing.ts'], { cwd: directory })
    expect(await dev.exit).toBe(1)
    expect(dev.stderr()).toContain(`the file ${join(directory, 'missing.ts')} does not exist`)
  })
})
