/**
 * `strict-s3`: the local S3 alone, for AWS's own tools.
 *
 * Slow: each test starts the program.
 * `packages/strict-s3/test/clients/aws-sdk.test.ts` has the SDK, `tools/check/package.ts` the start and
 * end of the command.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { readObject, signedForm } from '@waybill/test-support/upload-form'
import { startDev, startProgram, temporaryDirectory } from '@waybill/test-support/waybill-process'
import { NO_MODES, NO_SIGNALS, ON_WINDOWS } from '@waybill/test-support/windows'
import { describe, expect, it } from 'vitest'
import { clientAt, startS3 } from './program.ts'

const CLIP = fileURLToPath(new URL('../../../waybill/test/media/clip.mp4', import.meta.url))

describe('strict-s3', () => {
  it('serves the objects that waybill dev stored in the same directory', async () => {
    const home = await temporaryDirectory()
    const dev = await startDev(home)
    const body = { Bucket: 'uploads', Key: 'kept.txt', Body: 'kept' }
    await clientAt(dev.s3Url).send(new PutObjectCommand(body))
    dev.child.kill('SIGTERM')
    await dev.exit
    const client = clientAt((await startS3(['--dir', home])).endpoint)
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'uploads' }))
    expect(Contents?.map(({ Key }) => Key)).toEqual(['kept.txt'])
  })

  it('names the process and the remedy when waybill dev is using the directory', async () => {
    const home = await temporaryDirectory()
    const dev = await startDev(home)
    const s3 = startProgram('strict-s3', ['--port', '0', '--dir', home])
    expect(await s3.exit).toBe(1)
    expect(s3.stderr().trimEnd().split('\n')).toHaveLength(1)
    expect(s3.stderr()).toContain(`in use by process ${dev.child.pid}`)
    expect(s3.stderr()).toContain('--dir')
  })

  it('reports at once that it lacks permission to write to a directory', async ({ skip }) => {
    skip(ON_WINDOWS, NO_MODES)
    const parent = await temporaryDirectory()
    await chmod(parent, 0o755)
    const dir = join(parent, 'read-only')
    await mkdir(dir)
    await chmod(dir, 0o555)
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534 } : {}
    const s3 = startProgram('strict-s3', ['--port', '0', '--dir', dir], asNobody)
    expect(await s3.exit).toBe(1)
    expect(s3.stderr()).toMatch(
      /cannot use the directory \S+: EACCES.+Choose another with --dir\n$/,
    )
  })

  it.each(['.waybill', '.waybill/s3'])("does not follow a repository's %s link", async (name) => {
    const repository = await temporaryDirectory()
    const elsewhere = await temporaryDirectory()
    await mkdir(dirname(join(repository, name)), { recursive: true })
    await symlink(elsewhere, join(repository, name), 'junction')
    const s3 = startProgram('strict-s3', ['--port', '0'], { cwd: repository })
    expect(await s3.exit).toBe(1)
    expect(s3.stderr()).toContain(`${join(repository, name)} is a symbolic link`)
    expect(await readdir(elsewhere)).toEqual([])
  })

  it.for(['SIGTERM', 'SIGHUP'] as const)('exits with code 0 on %s', async (signal, { skip }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    const s3 = startProgram('strict-s3', ['--port', '0', '--dir', await temporaryDirectory()])
    await s3.said(/Ready/)
    s3.child.kill(signal)
    expect(await s3.exit).toBe(0)
  })

  it.skipIf(!existsSync('/usr/bin/curl'))('accepts a form from curl', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { url, fields } = await signedForm(dev.signerUrl)
    const form = Object.entries(fields).flatMap(([name, value]) => [
      '--form-string',
      `${name}=${value}`,
    ])
    const { stdout } = await promisify(execFile)('/usr/bin/curl', [
      '--silent',
      '--write-out',
      '%{http_code}',
      ...form,
      '--form',
      `file=@${CLIP}`,
      url,
    ])
    expect(stdout).toBe('204')
    expect(await readObject(dev.url, fields.key)).toEqual(await readFile(CLIP))
  })
})
