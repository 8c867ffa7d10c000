import { createHash } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it } from 'vitest'
import { start } from './start.ts'

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const seed = temporaryFolder('waybill-seed-')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(seed, name)), { recursive: true })
    await writeFile(join(seed, name), text)
  }
  return seed
}

describe('seed', () => {
  it('stores files as PutObject would, and again after a reset', async () => {
    const text = 'hellö'
    const seed = await folder({ 'uploads/a/b ü.TXT': text, 'uploads/c': 'x', 'more/.gitkeep': '' })
    await symlink(join(seed, 'uploads/c'), join(seed, 'uploads/a/link.json'))
    const { server, system } = await start({ seed })
    expect(server.seeded).toEqual({ stored: 3, kept: 0 })
    await server.reset()
    expect(await system.keys()).toEqual(['a/b ü.TXT', 'a/link.json', 'c'])
    await system.expectReply(200, { path: '/more' })
    const put = await system.put('copy', text, { 'content-type': 'text/plain' })
    const crc = put.headers['x-amz-checksum-crc64nvme']
    const headers = { 'x-amz-checksum-mode': 'ENABLED' }
    for (const key of ['copy', 'a/b ü.TXT']) {
      const reply = await system.expectReply(200, { key, headers })
      expect(String(reply.body)).toBe(text)
      expect(reply.headers).toMatchObject({
        'content-type': 'text/plain',
        etag: `"${createHash('md5').update(text).digest('hex')}"`,
        'x-amz-checksum-crc64nvme': crc,
      })
    }
    expect((await system.reply({ key: 'c' })).headers['content-type']).toBe('binary/octet-stream')
  })

  it('keeps the objects of an earlier start', async () => {
    const [dir, seed] = [temporaryFolder('waybill-seeded-'), await folder({ 'uploads/a': 'old' })]
    const first = await start({ dir, seed })
    await first.system.put('a', 'changed')
    await first.server.close()
    await writeFile(join(seed, 'uploads/b'), 'new')
    const { server, system } = await start({ dir, seed })
    expect(server.seeded).toEqual({ stored: 1, kept: 1 })
    expect([await system.read('a'), await system.read('b')]).toEqual(['changed', 'new'])
  })

  it.each<[string, string, (path: string) => unknown]>([
    ['Bad_Name/a', 'Bad_Name: The specified bucket is not valid', () => {}],
    ['stray.txt', 'stray.txt: is not in a folder for a bucket', (path) => writeFile(path, '')],
    [
      'uploads/out',
      'out: is a link that leaves the folder',
      (path) => symlink(tmpdir(), path, 'junction'),
    ],
    ['uploads/none', 'none: ENOENT', (path) => symlink(`${path}-none`, path, 'junction')],
    ['uploads/in', 'in: is not a file', (path) => symlink(dirname(path), path, 'junction')],
    [
      `uploads/${'x'.repeat(200)}/`.repeat(5),
      'x: Your key is too long',
      (p) => writeFile(`${p}x`, ''),
    ],
  ])('rejects %s, and stores nothing', async (name, reason, make) => {
    const [dir, seed] = [temporaryFolder('waybill-seeded-'), await folder({ 'uploads/a': 'x' })]
    await mkdir(join(seed, name.endsWith('/') ? name : dirname(name)), { recursive: true })
    await make(join(seed, name))
    await expect(startStrictS3({ dir, seed })).rejects.toThrow(reason)
    const { system } = await start({ dir })
    expect(await system.keys()).toEqual([])
  })
})
