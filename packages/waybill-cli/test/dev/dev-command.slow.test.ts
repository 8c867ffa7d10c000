/**
 * The life of `waybill dev`: ports, signals, and what is still there after it was started again.
 *
 * Slow: starts the program twice in most tests, and waits for ports and signals.
 * `packages/waybill-cli/test/dev/dev-server.test.ts` and `dev-state.test.ts` have what it answers and keeps;
 * `tools/check/package.ts` starts and stops it.
 *
 * @module
 */

import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { sha256Of } from '@waybill/test-support/sha256-of'
import { takePort } from '@waybill/test-support/take-port'
import { postForm, readObject, signedForm } from '@waybill/test-support/upload-form'
import { startDev, startWaybill, temporaryDirectory } from '@waybill/test-support/waybill-process'
import { NO_SIGNALS, ON_WINDOWS } from '@waybill/test-support/windows'
import { describe, expect, it } from 'vitest'
import type { CreateResponse } from 'waybill'

/** After the first signal, with a call of the signer under way. */
async function stopDuringCall() {
  const dev = await startDev(await temporaryDirectory())
  const call = halfSentCall(dev.signerUrl)
  await call.taken
  dev.child.kill('SIGINT')
  await dev.said(/Stopping/)
  return { dev, call }
}

describe('waybill dev', () => {
  it("prints all addresses, and the local S3's credentials", async () => {
    const home = await temporaryDirectory()
    const dev = await startDev(home)
    expect(dev.url).toMatch(/^http:\/\/localhost:\d+$/)
    expect(dev.signerUrl).toBe(`${dev.url}/api/uploads`)
    expect(dev.s3Url).toMatch(/^http:\/\/localhost:\d+$/)
    expect(dev.stdout()).toContain('bucket uploads, region us-east-1')
    expect(dev.stdout()).toContain('access key waybill-local, secret waybill-local-secret')
    expect(dev.stdout()).toContain(home)
  })

  it.each([
    ['--port', '127.0.0.1'],
    ['--port', '::1'],
    ['--s3-port', '127.0.0.1'],
  ])('rejects a %s that is taken on %s', async (option, host) => {
    const port = await takePort(0, host)
    const dev = startWaybill(['dev', option, String(port)], { cwd: await temporaryDirectory() })
    expect(await dev.exit).toBe(1)
    expect(dev.stderr()).toContain(`port ${port} is in use`)
    expect(dev.stderr()).toContain(`or choose another port with ${option}`)
  })

  it('uses the next free port if the usual one is taken, and says so', async () => {
    // Whoever has it: it is taken.
    await takePort(8787).catch(() => undefined)
    const options = ['dev', '--s3-port', '0', '--dir', await temporaryDirectory()]
    const dev = startWaybill(options)
    const [, port] = await dev.said(
      /Port 8787 is in use.*: using (\d+) instead. Choose with --port/,
    )
    await dev.said(/Ready/)
    expect((await fetch(`http://localhost:${port}/api/destination`)).status).toBe(200)
  })

  it.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'exits with code 0 on %s',
    async (signal, { skip }) => {
      skip(ON_WINDOWS, NO_SIGNALS)
      const dev = await startDev(await temporaryDirectory())
      dev.child.kill(signal)
      expect(await dev.exit).toBe(0)
      expect(dev.stderr()).toBe('')
    },
  )

  it('exits at once on the second signal, even if a call is in flight', async ({ skip }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    const { dev, call } = await stopDuringCall()
    dev.child.kill('SIGTERM')
    expect(await dev.exit).toBe(128 + 15)
    await expect(call.answer).rejects.toThrow()
  })

  it('lets a call in flight finish after the first signal', async ({ skip }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    const { dev, call } = await stopDuringCall()
    call.finish()
    expect(await call.answer).toBe(201)
    expect(await dev.exit).toBe(0)
  })

  it('keeps its objects when it is killed and restarted', async () => {
    const home = await temporaryDirectory()
    const first = await startDev(home)
    const form = await signedForm(first.signerUrl)
    const bytes = Buffer.from('still here')
    expect((await postForm(form, bytes)).status).toBe(204)
    first.child.kill('SIGKILL')
    await first.exit
    const second = await startDev(home)
    expect(await readObject(second.url, form.fields.key)).toEqual(bytes)
  })

  it('opens waybills that it sealed before a restart', async () => {
    const home = await temporaryDirectory()
    const first = await startDev(home)
    const created: CreateResponse = await callSigner(first.signerUrl, {
      files: [{ name: 'a.txt', size: 1, type: 'text/plain', sha256: await sha256Of('a') }],
    })
    const [upload] = created.uploads
    if (!upload || !('presignedPost' in upload)) throw new Error('expected a presigned POST')
    expect((await postForm(upload.presignedPost, Buffer.from('a'))).status).toBe(204)
    first.child.kill('SIGKILL')
    await first.exit
    const second = await startDev(home)
    const completed = await callSigner(`${second.signerUrl}/complete`, {
      waybill: upload.waybill,
    })
    expect(JSON.stringify(completed)).toContain(upload.key)
  })

  it('keeps its directory out of Git repositories', async () => {
    const home = join(await temporaryDirectory(), 'new')
    await startDev(home)
    expect(await readFile(join(home, '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('leaves an existing directory as it is', async () => {
    const home = await temporaryDirectory()
    await startDev(home)
    await expect(stat(join(home, '.gitignore'))).rejects.toThrow('ENOENT')
  })

  it('tells you what to do first', async () => {
    const dev = await startDev(await temporaryDirectory())
    expect(dev.stdout().replaceAll('\n', ' ')).toContain(
      `Open ${dev.url}/ and drop a file on it. Then lie about it, and see S3 refuse, or cut`,
    )
  })

  it('reports at once that a key cannot be stored', async ({ skip }) => {
    skip(process.platform !== 'linux', 'it needs /proc')
    const home = await temporaryDirectory()
    const dev = await startDev(home, { env: { XDG_STATE_HOME: '/proc/waybill' } })
    expect(dev.stdout()).toContain('Waybill cannot keep its key: ENOENT')
  })

  it('reports that its directory is a file', async () => {
    const file = join(await temporaryDirectory(), 'file')
    await writeFile(file, '')
    const dev = startWaybill(['dev', '--port', '0', '--s3-port', '0', '--dir', file])
    expect(await dev.exit).toBe(1)
    expect(dev.stderr()).toBe(
      `waybill: cannot use the directory ${file}: ${file} is a file. Choose another with --dir\n`,
    )
  })

  it('reports that its directory cannot be created', async () => {
    const file = join(await temporaryDirectory(), 'file')
    await writeFile(file, '')
    const dev = startWaybill(['dev', '--port', '0', '--s3-port', '0', '--dir', join(file, 'home')])
    expect(await dev.exit).toBe(1)
    expect(dev.stderr()).toMatch(/cannot use the directory .+home: (?:ENOTDIR|ENOENT)/)
  })

  it('reports that objects cannot be stored there', async () => {
    const home = await temporaryDirectory()
    await writeFile(join(home, 's3'), '')
    const dev = startWaybill(['dev', '--port', '0', '--s3-port', '0', '--dir', home])
    expect(await dev.exit).toBe(1)
    expect(dev.stderr()).toContain(join(home, 's3'))
    expect(dev.stderr()).not.toContain('    at ')
  })
})

async function callSigner(url: string, body: unknown) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.json()
}

/** A call that the server has taken, whose body lacks its last byte. */
function halfSentCall(url: string) {
  const body = JSON.stringify({ files: [{ name: 'a.txt', size: 1, type: 'text/plain' }] })
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    // Its answer says that the server has the request, not only the system's buffer.
    expect: '100-continue',
  }
  const call = request(url, { method: 'POST', headers })
  const answer = once(call, 'response').then(([response]) => {
    response.resume()
    return response.statusCode
  })
  answer.catch(() => {})
  const taken = once(call, 'continue').then(() => call.write(body.slice(0, -1)))
  call.flushHeaders()
  return { answer, taken, finish: () => call.end(body.slice(-1)) }
}
