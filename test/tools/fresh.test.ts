import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { expect, it } from 'vitest'
import { buildOnce, isBuilt } from '../../tools/build/fresh.ts'

const SOURCE = 'packages/a/src/inner/a.ts'

/** A repository whose sources are an hour old. */
function repository(): string {
  const root = temporaryFolder('waybill-fresh-')
  for (const folder of ['node_modules', 'packages/a/src/inner']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  const files = ['tsconfig.json', 'packages/a/package.json', SOURCE, 'packages/a/src/inner/b.ts']
  for (const file of files) writeFileSync(join(root, file), '')
  for (const path of [...files, 'packages/a/src/inner', 'packages/a/src']) {
    setTime(join(root, path), 60)
  }
  return root
}

async function build(root: string): Promise<number> {
  let builds = 0
  const make = async () => {
    builds++
    mkdirSync(join(root, 'packages/a/dist'), { recursive: true })
  }
  const isNeeded = () => !isBuilt(root)
  await Promise.all([buildOnce(isNeeded, make, root), buildOnce(isNeeded, make, root)])
  return builds
}

it('builds once, however many ask at the same time', async () => {
  const root = repository()
  expect([await build(root), await build(root)]).toEqual([1, 0])
})

it.each([
  ['a source was changed', (root: string) => setTime(join(root, SOURCE), 20)],
  [
    'a source was removed',
    (root: string) => {
      rmSync(join(root, SOURCE))
      setTime(join(root, dirname(SOURCE)), 20)
    },
  ],
  [
    'the options of the compiler were changed',
    (root: string) => setTime(join(root, 'tsconfig.json'), 20),
  ],
  [
    'what was built is gone',
    (root: string) => rmSync(join(root, 'packages/a/dist'), { recursive: true }),
  ],
])('rebuilds if %s', async (_what, change) => {
  const root = repository()
  await build(root)
  setTime(join(root, 'node_modules/.waybill-built'), 30)
  change(root)
  expect(await build(root)).toBe(1)
})

function setTime(path: string, minutesAgo: number): void {
  const time = new Date(Date.now() - minutesAgo * 60_000)
  utimesSync(path, time, time)
}
