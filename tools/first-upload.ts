/**
 * `npm run first-upload`: does what a new user does first. Runs `npm start`, uploads a file to the
 * printed addresses as the simplest client does, reads the file from the bucket, and stops.
 *
 * @module
 */

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { postForm, readObject, signedForm } from '@waybill/test-support/upload-form'
import spawn from 'cross-spawn'
import { signalGroup } from './check/run-step.ts'

const BYTES = Buffer.from('a first upload')

const home = mkdtempSync(join(tmpdir(), 'waybill-first-'))
const args = ['start', '--', '--port', '0', '--s3-port', '0', '--dir', home]
const detached = process.platform !== 'win32'
const child = spawn('npm', args, { stdio: ['ignore', 'pipe', 'inherit'], detached })
const ended = once(child, 'close')
try {
  if (!child.stdout) throw new Error('npm start was not started')
  const { page, signer } = await addressesIn(child.stdout)
  const answer = await fetch(page)
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`)
  const about = { name: 'first.txt', type: 'text/plain', size: String(BYTES.length) }
  const form = await signedForm(signer, about)
  const { status } = await postForm(form, BYTES)
  if (status !== 204) throw new Error(`S3 answered ${status}, expected 204`)
  const stored = await readObject(page.replace(/\/$/, ''), form.fields.key)
  if (!stored.equals(BYTES)) throw new Error('the bucket has other bytes than were sent')
  console.log(`\nUploaded and read again: ${form.fields.key}`)
} finally {
  if (child.pid) signalGroup(child.pid, 'SIGTERM')
  await ended
  rmSync(home, { recursive: true, force: true })
}

/** Waits until everything is ready. @throws {Error} If the process ends before that. */
async function addressesIn(output: Readable) {
  const said = new Map<string, string>()
  for await (const line of createInterface(output)) {
    console.log(line)
    const [, name = '', url = ''] = /^ {2}(Page|Signer) +(http\S+)$/.exec(line) ?? []
    said.set(name, url)
    if (!line.startsWith('Ready')) continue
    return { page: said.get('Page') ?? '', signer: said.get('Signer') ?? '' }
  }
  throw new Error('npm start ended before it was ready')
}
