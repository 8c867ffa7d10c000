import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sharedChromium } from '@waybill/test-support/chromium'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { build } from 'esbuild'
import { describe, expect, it, onTestFinished } from 'vitest'

/** More than a browser lists at a time. */
const MANY = 130

async function folderOnDisk(): Promise<string> {
  const folder = temporaryFolder('waybill-folder-')
  await mkdir(join(folder, 'photos/of 2026'), { recursive: true })
  for (let number = 0; number < MANY; number += 1) {
    await writeFile(join(folder, `photos/${number}.png`), `photo ${number}`)
  }
  await writeFile(join(folder, 'photos/of 2026/last.png'), 'the last photo')
  await writeFile(join(folder, 'note.txt'), 'a note')
  return folder
}

async function pageWithDrop() {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { filesOf } from 'waybill/client'
        addEventListener('dragover', (event) => event.preventDefault())
        globalThis.dropped = new Promise((resolve) => addEventListener('drop', async (event) => {
          event.preventDefault()
          const files = await filesOf(event.dataTransfer)
          resolve(Promise.all(files.map(async (file) => [file.webkitRelativePath || file.name, await file.text()])))
        }))`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    conditions: ['@waybill/source'],
    write: false,
  })
  const context = await (await sharedChromium()).newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  // Chromium reads no folder for a page without an origin.
  await page.route('**', (route) => route.fulfill({ contentType: 'text/html', body: '' }))
  await page.goto('http://localhost/')
  await page.addScriptTag({ content: outputFiles[0]?.text ?? '' })
  return page
}

describe('filesOf', () => {
  it('returns the dropped files, including those in nested folders', async () => {
    const [folder, page] = [await folderOnDisk(), await pageWithDrop()]
    const session = await page.context().newCDPSession(page)
    const files = [join(folder, 'photos'), join(folder, 'note.txt')]
    const data = { items: [], files, dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: 10, y: 10, data })
    }
    const dropped: [string, string][] = await page.evaluate('dropped')
    expect(dropped).toHaveLength(MANY + 2)
    expect(new Map(dropped)).toEqual(
      new Map([
        ...Array.from({ length: MANY }, (_, one) => [`photos/${one}.png`, `photo ${one}`] as const),
        ['photos/of 2026/last.png', 'the last photo'],
        ['note.txt', 'a note'],
      ]),
    )
    expect(dropped.at(-1)?.[0]).toBe('note.txt')
  })
})
