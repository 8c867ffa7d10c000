import { hash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { postForm, signedForm } from '@waybill/test-support/upload-form'
import { startDev, temporaryDirectory } from '@waybill/test-support/waybill-process'
import { NO_SIGNALS, ON_WINDOWS } from '@waybill/test-support/windows'
import { describe, expect, it } from 'vitest'

const SHA256 = hash('sha256', 'abc', 'base64')

describe("waybill dev's events", () => {
  it('are JSON lines in a file, and a few words per rejection on the terminal', async ({
    skip,
  }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    const home = await temporaryDirectory()
    const dev = await startDev(home)
    const form = await signedForm(dev.signerUrl, { name: 'a.txt', type: 'text/plain', size: '3' })
    expect((await postForm(form, Buffer.from('abc'))).status).toBe(204)
    await dev.said(/ verified /)
    await fetch(`${dev.signerUrl}?type=text/html`)
    await dev.said(/signer: form +415 +rule files {2}FILE_TYPE_NOT_ALLOWED: type is "text\/html"/)
    dev.child.kill('SIGINT')
    expect(await dev.exit).toBe(0)
    expect(dev.stdout()).toContain(`Events   ${join(home, 'events.jsonl')}`)
    expect(dev.stdout()).not.toContain('"type"')
    const file = join(home, 'events.jsonl')
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    const { key } = form.fields
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { type: 'grant', call: 'form', rule: 'files', key, size: 3, at: expect.any(String) },
      { type: 'verdict', verdict: 'verified', rule: 'files', key, size: 3 },
      { type: 'refusal', call: 'form', code: 'FILE_TYPE_NOT_ALLOWED' },
    ])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('include the message that the client gets, without signatures and waybills', async () => {
    const dev = await startDev(await temporaryDirectory())
    const call = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      return (await fetch(`${dev.signerUrl}${path}`, init)).json()
    }
    const file = { name: 'a.txt', type: 'text/plain', size: 3 }
    const { uploads } = await call('', { files: [{ ...file, sha256: SHA256 }] })
    const { waybill, key, presignedPost } = uploads[0]
    const { Policy: policy, 'X-Amz-Signature': signature } = presignedPost.fields
    const refusals = [
      (await call('', { files: [file] })).uploads[0],
      await call('/complete', { waybill }),
      await call('/complete', { waybill: `${waybill}x` }),
      await call(`/${waybill}`, {}),
      await call('', { files: [{ ...file, type: `${presignedPost.url}?policy=${policy}` }] }),
      await call('', { rule: 'none', files: [file] }),
    ]
    const [none, missing] = refusals.map(({ error }) => error && `${error.code}: ${error.message}`)
    await dev.said(/signer: create +404 +RULE_UNKNOWN: /)
    expect(dev.stdout()).toMatch(/signer: create +400 +3 B {2}rule files {2}CHECKSUM_REQUIRED/)
    expect(dev.stdout()).toContain(`  ${none}\n`)
    expect(dev.stdout()).toContain(` uploads/${key}  ${missing}\n`)
    for (const secret of [waybill, policy, signature, signature.slice(0, 20)]) {
      expect(dev.stdout()).not.toContain(secret)
    }
  })

  it('start afresh on each start', async () => {
    const home = await temporaryDirectory()
    for (let start = 0; start < 2; start += 1) {
      const dev = await startDev(home)
      await signedForm(dev.signerUrl)
      dev.child.kill('SIGINT')
      await dev.exit
    }
    const text = await readFile(join(home, 'events.jsonl'), 'utf8')
    expect(text.trimEnd().split('\n')).toHaveLength(1)
  })
})
