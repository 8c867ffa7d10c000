import { createOne, FILE, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AcceptedFile } from 'waybill'

const keepTree = ({ id, path }: AcceptedFile<unknown>) => `${id}/${path}`
const signer = signerFor({ video: { ...VIDEO_RULE, key: keepTree } })

/** @returns The key without the id that it begins with. */
async function pathInKey(file: object): Promise<string> {
  const upload = await createOne(signer, { ...FILE, ...file })
  if (!('key' in upload)) throw new Error(JSON.stringify(upload))
  expect(upload.key).toMatch(/^[\w-]{22}\//)
  return upload.key.slice(23)
}

describe("a file's path", () => {
  it.each([
    ['album/trip/two.mp4', 'album/trip/two.mp4'],
    ['two.mp4', 'two.mp4'],
    ['Été: & co?/two.mp4', 'Été- - co-/two.mp4'],
    ['.git/\u202Egpj/a\nb/two.mp4', 'git/gpj/ab/two.mp4'],
    ['nul/.../C:\\windows/two.mp4', '_nul/file/windows/two.mp4'],
    ['${filename}/<b>/two.mp4', '--filename-/-b-/two.mp4'],
  ])('%j becomes %j in a key', async (path, safe) => {
    expect(await pathInKey({ name: 'two.mp4', path })).toBe(safe)
  })

  it("is the file's name if there is none", async () => {
    expect(await pathInKey({ name: 'a/../b: c.mp4' })).toBe('b- c.mp4')
  })

  it('ends in the safe name, whatever the name contains', async () => {
    const name = '../d:/e?.mp4'
    expect(await pathInKey({ name, path: `album/${name}` })).toBe('album/e-.mp4')
  })

  it('appears in a key only if the rule puts it there', async () => {
    const plain = signerFor({ video: VIDEO_RULE })
    const upload = await createOne(plain, { ...FILE, path: `album/trip/${FILE.name}` })
    expect(upload).toMatchObject({ key: expect.stringMatching(/^[\w-]{22}\/holiday\.mp4$/) })
  })

  it('never causes a rejection by its length: deeper folders become part of the last one', async () => {
    const folder = 'a folder with 30 characters ..'
    const deep = `${`${folder}/`.repeat(100)}${FILE.name}`
    const kept = await pathInKey({ path: deep })
    expect(kept).toBe(`${'a folder with 30 characters/'.repeat(17)}${FILE.name}`)
    const long = `${'b/'.repeat(1000)}${FILE.name}`
    expect(await pathInKey({ path: long })).toBe(`${'b/'.repeat(32)}${FILE.name}`)
    const wide = `${'ü'.repeat(1500)}/c/${FILE.name}`
    expect(await pathInKey({ path: wide })).toBe(`${'ü'.repeat(100)}/c/${FILE.name}`)
  })

  it('fits into the waybill next to a long owner, even if the key does not contain it', async () => {
    const owner = `login.example.com#${'0'.repeat(80)}`
    const authorize = () => ({ owner })
    const path = `${'Urlaub in den Bergen/'.repeat(100)}${FILE.name}`
    for (const key of [
      ({ id, path: kept }: AcceptedFile<unknown>) => `${owner}/${id}/${kept}`,
      ({ id }: AcceptedFile<unknown>) => `${owner}/${id}`,
    ]) {
      const rule = { ...VIDEO_RULE, public: false, authorize, key } as const
      const upload = await createOne(signerFor({ video: rule }), { ...FILE, path })
      expect(upload).toHaveProperty('waybill')
    }
  })

  it('cannot lead elsewhere in a key, whatever a client sends', async () => {
    const segment = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('..', '.', '', ' ', '%2e%2e', '\\', '${filename}', '\u202e..', '.\u0000.'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 40 }), async (folders) => {
        const path = [...folders, FILE.name].join('/').toWellFormed()
        const upload = await createOne(signer, { ...FILE, path })
        if ('error' in upload) expect(upload.error.code).toBe('REQUEST_INVALID')
        else expect(upload.key).toMatch(/^[\w-]{22}\/(?:(?!\.{1,2}\/)[^/\\]+\/){0,32}holiday\.mp4$/)
      }),
    )
  })
})
