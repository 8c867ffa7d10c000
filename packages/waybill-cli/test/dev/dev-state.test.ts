/**
 * What `waybill dev` keeps in its directory, and what it makes of a directory that came with a repository.
 *
 * @module
 */

import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { postForm, signedForm } from '@waybill/test-support/upload-form'
import {
  startDev,
  startWaybill,
  stateIn,
  temporaryDirectory,
} from '@waybill/test-support/waybill-process'
import { NO_LINKS, NO_MODES, ON_WINDOWS } from '@waybill/test-support/windows'
import { describe, expect, it } from 'vitest'
import { createSigner } from 'waybill/signer'
import { presignUrl } from 'waybill-s3'
import { DEV_RULES } from '../../src/dev/dev-rules.ts'
import { sealSecret, signerCredentials } from '../../src/dev/seal-secret.ts'

const KNOWN = Buffer.alloc(32, 7).toString('base64url')

/** What a page of another site can ask for whose author knows `secret`. */
async function statusWith(secret: string, s3Url: string): Promise<number> {
  const place = { bucket: 'uploads', region: 'us-east-1', endpoint: s3Url }
  const credentials = signerCredentials(secret)
  const query = { 'list-type': '2' }
  const { url } = await presignUrl({ ...place, credentials, method: 'GET', query })
  return (await fetch(url, { headers: { origin: 'https://evil.example' } })).status
}

describe('a directory that came with a repository', () => {
  it.each(['secret', 'seed'])('gives no access to those who know its %s', async (name) => {
    const home = await temporaryDirectory()
    await writeFile(join(home, name), `${KNOWN}\n`)
    const dev = await startDev(home)
    expect(await statusWith(KNOWN, dev.s3Url)).toBe(403)
    const signer = createSigner({
      bucket: 'uploads',
      region: 'us-east-1',
      endpoint: dev.s3Url,
      credentials: signerCredentials(KNOWN),
      secret: KNOWN,
      rules: DEV_RULES,
      allowedOrigins: [],
    })
    const file = { name: 'a.txt', size: 1, type: 'text/plain' }
    const body = JSON.stringify({ files: [file] })
    const headers = { 'content-type': 'application/json' }
    const created = await signer.handle({ method: 'POST', path: '/', query: {}, headers, body })
    const [forged] = JSON.parse(created.body).uploads
    const answer = await fetch(`${dev.signerUrl}/complete`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ waybill: forged.waybill }),
    })
    expect(await answer.json()).toMatchObject({ error: { code: 'WAYBILL_INVALID' } })
  })
})

describe('links in a directory that came with a repository', () => {
  it.for(['events.jsonl', 's3/lock'])('do not lead %s to another file', async (name, { skip }) => {
    skip(ON_WINDOWS, NO_LINKS)
    const home = await temporaryDirectory()
    const other = join(await temporaryDirectory(), 'profile')
    await writeFile(other, 'mine\n')
    await mkdir(join(home, 's3'), { recursive: true })
    await symlink(other, join(home, name))
    const dev = await startDev(home)
    await signedForm(dev.signerUrl)
    expect(await readFile(other, 'utf8')).toBe('mine\n')
    dev.child.kill('SIGINT')
    expect(await dev.exit).toBe(0)
    expect(await readFile(other, 'utf8')).toBe('mine\n')
  })
})

describe("waybill dev's state", () => {
  it('is readable only by its user', async ({ skip }) => {
    skip(ON_WINDOWS, NO_MODES)
    const home = join(await temporaryDirectory(), 'new')
    const state = await temporaryDirectory()
    const dev = startWaybill(['dev', '--port', '0', '--s3-port', '0', '--dir', home], {
      env: { XDG_STATE_HOME: state },
    })
    const [, signerUrl = ''] = await dev.said(/Signer +(\S+)[\s\S]*Ready/)
    const form = await signedForm(signerUrl)
    expect((await postForm(form, Buffer.from('bytes'))).status).toBe(204)
    const modes = new Set<string>()
    for (const root of [home, join(state, 'waybill')]) {
      for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
        if (entry.name === '.gitignore') continue
        const { mode } = await stat(join(entry.parentPath, entry.name))
        modes.add(`${entry.isDirectory() ? 'directory' : 'file'} ${(mode & 0o777).toString(8)}`)
      }
    }
    expect(modes).toEqual(new Set(['directory 700', 'file 600']))
    for (const half of [join(home, 'seed'), join(state, 'waybill', 'key')]) {
      expect(dev.stdout()).not.toContain((await readFile(half, 'utf8')).trim())
    }
  })
})

describe('sealSecret', () => {
  it('creates a stable secret for each directory of each user', async () => {
    const [here, there] = [await temporaryDirectory(), await temporaryDirectory()]
    const me = stateIn(await temporaryDirectory())
    const you = stateIn(await temporaryDirectory())
    const [first, again, other] = [
      await sealSecret(here, me),
      await sealSecret(here, me),
      await sealSecret(there, me),
    ]
    expect(again).toEqual(first)
    expect(first.notes).toEqual([])
    const yours = await sealSecret(here, you)
    expect(new Set([first.secret, other.secret, yours.secret]).size).toBe(3)
  })

  it('creates the same secret for several processes that start at once', async () => {
    const home = await temporaryDirectory()
    const me = stateIn(await temporaryDirectory())
    const all = await Promise.all(Array.from({ length: 5 }, () => sealSecret(home, me)))
    expect(new Set(all.map(({ secret }) => secret)).size).toBe(1)
  })

  it('reports that no key can be stored, and continues', async () => {
    const file = join(await temporaryDirectory(), 'file')
    await writeFile(file, '')
    const { secret, notes } = await sealSecret(await temporaryDirectory(), stateIn(file))
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(notes.join()).toContain('Unfinished uploads start again after a restart')
  })

  it('reads no seed through a link', async ({ skip }) => {
    skip(ON_WINDOWS, NO_LINKS)
    const [home, state] = [await temporaryDirectory(), await temporaryDirectory()]
    await writeFile(join(state, 'seed'), `${KNOWN}\n`)
    await symlink(join(state, 'seed'), join(home, 'seed'))
    await expect(sealSecret(home, stateIn(state))).rejects.toMatchObject({ code: 'ELOOP' })
  })

  it.each(['seed', 'key'])('explains what is wrong with an invalid %s', async (half) => {
    const [home, state] = [await temporaryDirectory(), await temporaryDirectory()]
    await mkdir(join(state, 'waybill'))
    const path = half === 'seed' ? join(home, 'seed') : join(state, 'waybill', 'key')
    await writeFile(path, 'short')
    const sealed = sealSecret(home, stateIn(state))
    await expect(sealed).rejects.toThrow(`${path} was not written by Waybill`)
  })
})
