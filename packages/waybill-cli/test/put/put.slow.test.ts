/**
 * What `waybill put` says about mistakes, what it shows on a terminal, and the same upload with curl.
 *
 * Slow: starts the program in each test. `put.test.ts` has what it sends.
 *
 * @module
 */

import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFile, chmod, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { HAS_TERMINAL } from '@waybill/test-support/waybill-process'
import { NO_MODES, NO_SIGNALS, ON_WINDOWS } from '@waybill/test-support/windows'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Stage, startStage } from './stage.ts'

const MIB = 1024 ** 2
const other = { types: ['image/png'], maxSize: '1 MiB', public: true } as const

let stage: Stage
beforeEach(async () => {
  stage = await startStage({
    moreRules: { reports: { ...other, form: true, types: ['application/pdf'] } },
  })
  await stage.write('a.txt', 'a')
  await mkdir(join(stage.home, 'empty'))
})

const ANY = ['--rule', 'any']

describe('a mistake with waybill put', () => {
  it.each([
    [['a.txt'], 2, '--rule is missing: with this token, the signer allows any, reports'],
    [
      ['a.txt', '--rule', 'films'],
      2,
      "--rule is 'films': with this token, the signer allows any, reports",
    ],
    [[...ANY], 2, '<files, folders, patterns> is missing'],
    [['-', ...ANY], 2, 'standard input cannot be uploaded, because its size must be known first'],
    [['b.txt', 'a.txt', ...ANY], 2, 'b.txt does not exist'],
    [['*.png', ...ANY], 2, 'nothing matches *.png'],
    [['/dev/null', ...ANY], 2, '/dev/null is a device, a socket or a pipe'],
    [
      ['a.txt', ...ANY, '--to', 'app.example.com'],
      2,
      "--to is 'app.example.com', expected the signer",
    ],
    [
      ['a.txt', ...ANY, '--receipts', 'none/r'],
      2,
      "--receipts is 'none/r', which cannot be written",
    ],
    [['a.txt', ...ANY, '--receipts', '/dev/null'], 2, 'cannot be written: it is not a file'],
    [['a.txt', ...ANY, '--token', 'a b'], 2, '--token is not a token'],
    [['a.txt', ...ANY, '--token-command', 'echo no >&2; false'], 1, '--token-command failed: no'],
    [['a.txt', ...ANY, '--token-command', 'true'], 1, '--token-command did not print one token'],
    [['empty', ...ANY], 1, 'there is nothing to upload'],
    [['a.txt', ...ANY, '--to', 'http://none.invalid/api'], 1, 'did not respond (ENOTFOUND)'],
  ])('ends %j with %d, and says what is wrong', async (args, code, message) => {
    const ended = await stage.run(args)
    expect(ended).toMatchObject({ code, stdout: '' })
    const last = ended.stderr.trimEnd().split('\n').at(-1)
    expect(last).toMatch(/^waybill: /)
    expect(last).toContain(message)
  })

  it('is told once if it concerns all files', async () => {
    for (const name of ['set/a.pdf', 'set/b.pdf', 'set/c.pdf']) await stage.write(name, name)
    const refused = await stage.run(['set', ...ANY])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(
      /^waybill: none of 3 files was stored: FILE_TYPE_NOT_ALLOWED: .+\n$/,
    )
    const unknown = await stage.run(['set', ...ANY], { env: { WAYBILL_TOKEN: 'wrong' } })
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
    // Only the public rule is left for a stranger.
    expect(unknown.stderr).toBe(
      "waybill: --rule is 'any': with this token, the signer allows reports\n",
    )
  })

  it('is told with its files if others are stored', async () => {
    await stage.write('evil\u001b[2J.pdf', 'x')
    const { code, stdout, stderr } = await stage.run(['a.txt', 'evil\u001b[2J.pdf', ...ANY])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^a\.txt {2}1 B {2}\S+\/a\.txt\n$/)
    expect(stderr).toMatch(
      /^1 of 2 files stored .+\nfailed: evil\\u001b\[2J\.pdf: FILE_TYPE_NOT_ALLOWED: .+\n$/,
    )
  })
})

describe('waybill put', () => {
  it('lists what it leaves out of folders', async ({ skip }) => {
    skip(ON_WINDOWS, NO_SIGNALS)
    for (const name of ['.env', '.git/config', 'Thumbs.db', 'b.txt'])
      await stage.write(`set/${name}`, name)
    await symlink('/etc', join(stage.home, 'set/link'))
    await symlink('set/b.txt', join(stage.home, 'named'))
    const { code, lines, stderr } = await stage.run(['set', 'empty', 'named', ...ANY, '--json'])
    expect(code).toBe(0)
    expect(lines.map(({ path }) => path).sort()).toEqual(['named', 'set/b.txt'])
    expect(stderr).toContain('skipped (hidden or system): set/.env, set/.git, set/Thumbs.db\n')
    expect(stderr).toContain(
      'skipped (symbolic link): set/link (to send what it points to, name it)\n',
    )
    expect(stderr).toContain('no files in empty\n')
  })

  it('fails only the files that it cannot read', async ({ skip }) => {
    skip(ON_WINDOWS, NO_MODES)
    await chmod(await stage.write('b.txt', 'secret'), 0)
    for (const folder of [stage.home, stage.state]) await chmod(folder, 0o777)
    // Root reads everything.
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534 } : {}
    const { code, lines } = await stage.run(['a.txt', 'b.txt', ...ANY, '--json'], asNobody)
    expect(code).toBe(1)
    expect(lines).toContainEqual({
      path: 'b.txt',
      error: { code: 'FILE_UNREADABLE', message: 'cannot be read: permission denied' },
    })
  })

  it('fails a file that changes while it is being sent', async () => {
    const film = await stage.write('film.mp4', randomBytes(20 * MIB))
    const { storageProxy } = stage.system
    storageProxy.usePlan(({ partNumber = 0 }) =>
      partNumber === 1 ? { kind: 'stall-request' } : undefined,
    )
    const process = stage.put(['film.mp4', 'a.txt', ...ANY, '--json'])
    await storageProxy.until(() => storageProxy.stalled > 0)
    await appendFile(film, 'more')
    storageProxy.usePlan(({ partNumber = 0 }) =>
      partNumber > 0 ? { kind: 'SlowDown' } : undefined,
    )
    storageProxy.release()
    expect(await process.exit).toBe(1)
    expect(process.stdout()).toMatch(
      /"film\.mp4".+"FILE_UNREADABLE".+changed while it was being sent/,
    )
    expect(process.stdout()).toMatch(/"a\.txt","key"/)
  })

  it.runIf(HAS_TERMINAL).each([80, 200])('fits its bars into %d columns', async (columns) => {
    const name = `${'文'.repeat(60)}\u001b]0;x\u0007.mp4`
    await stage.write(`set/${name}`, randomBytes(20 * MIB))
    await stage.write('set/b.txt', 'b')
    const { storageProxy } = stage.system
    storageProxy.usePlan(({ partNumber = 0 }) =>
      partNumber === 4 ? { kind: 'stall-request' } : undefined,
    )
    const process = stage.put(['set', ...ANY], { columns })
    await process.said(/1 of 2 files/)
    await storageProxy.until(() => storageProxy.stalled > 0)
    const shown = await process.said(
      /\[=+ *\] +(?:[5-9]\d)% {2}set\/文+…?文*\\u001b\]0;x\\u0007\.mp4\r?\n\[?.*1 of 2 files {2}\S+ \S+ of 21\.0 MB/,
    )
    for (const line of shown[0].split('\n')) {
      const width = line.trimEnd().replace(/文/g, '文 ').length
      expect(width).toBeLessThan(columns)
    }
    storageProxy.release()
    expect(await process.exit).toBe(0)
    expect(process.stdout()).not.toContain('\u001b]0')
    expect(process.stdout()).toContain('\u001b[J2 files stored (')
  })

  it('is as the guide shows it with curl', async ({ skip }) => {
    const hasJq = spawnSync('jq', ['--version']).status === 0
    skip(ON_WINDOWS || !hasJq, 'it needs a Unix shell and jq')
    const page = await readFile('docs/guide/scripts-and-agents.md', 'utf8')
    const [, script = ''] = /^## With curl\n[\s\S]*?```sh\n([\s\S]*?)```/m.exec(page) ?? []
    await stage.write('report.pdf', '%PDF-1.7 ä')
    const env = { ...process.env, SIGNER: stage.system.endpoint, WAYBILL_TOKEN: 'good' }
    await promisify(execFile)('sh', ['-euc', script], { cwd: stage.home, env })
    const { presignedPost } = JSON.parse(await readFile(join(stage.home, 'form.json'), 'utf8'))
    await stage.expectStored(presignedPost.fields.key, 'report.pdf')
  })
})
