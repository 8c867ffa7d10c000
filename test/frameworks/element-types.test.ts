/**
 * `UploadDropzone` in React 18 and 19, and `<waybill-upload>` declared as docs/reference/element.md shows, as an
 * application's compiler checks them: against the package that `npm run build` has built.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { installBuilt } from '../../tools/build/built-packages.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const MODULES = join(ROOT, 'node_modules')
const frameworks = inject('frameworks')

/** What the compiler says of one file of an application with these packages. */
async function compile(
  packages: Readonly<Record<string, string>>,
  file: string,
  code: string,
  options: object = {},
): Promise<string> {
  const home = await temporaryDirectory()
  for (const [name, target] of Object.entries({ ...packages, ...ours() })) {
    const place = join(home, 'node_modules', name)
    await mkdir(dirname(place), { recursive: true })
    await symlink(target, place, 'junction')
  }
  await writeFile(join(home, 'package.json'), '{ "type": "module" }')
  await writeFile(join(home, file), code)
  const compilerOptions = {
    ...{ strict: true, module: 'NodeNext', target: 'ES2022', lib: ['ES2022', 'DOM'] },
    ...{ noEmit: true, types: [], preserveSymlinks: true, skipLibCheck: true, ...options },
  }
  await writeFile(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }))
  const run = promisify(execFile)(process.execPath, [
    join(MODULES, 'typescript/bin/tsc'),
    '-p',
    home,
  ])
  return run.then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  )
}

/** The tag, declared as in docs/reference/element.md. */
async function page(attributes: string, framework: string): Promise<string> {
  const reference = await readFile(join(ROOT, 'docs/reference/element.md'), 'utf8')
  const [, declaration = ''] = /^```ts\n([^`]*?declare module.*?)^```/ms.exec(reference) ?? []
  return `${declaration.replaceAll("'preact'", `'${framework}'`)}
import 'waybill/element'

export const Photos = () => <waybill-upload endpoint="/api/uploads" rule="photo" multiple ${attributes} />
`
}

const dropzone = (attributes: string) => `import { UploadDropzone } from 'waybill/react/dropzone'

const rules = {
  photo: { types: ['image/*'], maxSize: '1 MB', onComplete: () => ({ width: 1 }) },
  note: { types: ['text/plain'], maxSize: '1 MB' },
}

export const Photos = () => <UploadDropzone<typeof rules> endpoint="/api/uploads" multiple ${attributes} />
`

const REACT_19 = {
  name: 'React 19',
  framework: 'react',
  packages: { react: join(MODULES, 'react'), '@types/react': join(MODULES, '@types/react') },
  options: { jsx: 'react-jsx' },
}
const REACT_18 = {
  ...REACT_19,
  name: 'React 18',
  packages: { react: join(frameworks, 'react'), '@types/react': join(frameworks, '@types/react') },
}
const PREACT = {
  name: 'Preact',
  framework: 'preact',
  packages: { preact: join(MODULES, 'preact') },
  options: { jsx: 'react-jsx', jsxImportSource: 'preact' },
}

/** The packages as they are published: without the sources, which the compiler would check too. */
let built: string
const ours = () => ({ waybill: join(built, 'waybill'), 'waybill-s3': join(built, 'waybill-s3') })

beforeAll(async () => {
  const undo: (() => Promise<void>)[] = []
  built = await temporaryDirectory((after) => void undo.push(after))
  await installBuilt(built, 'waybill')
  return async () => {
    for (const after of undo) await after()
  }
})

const linked = (packages: Readonly<Record<string, string>>) => ({
  ...packages,
  csstype: join(MODULES, 'csstype'),
})

describe.each([REACT_19, PREACT])(
  '<waybill-upload> in $name',
  ({ framework, packages, options }) => {
    const check = async (attributes: string) =>
      compile(linked(packages), 'page.tsx', await page(attributes, framework), options)

    it('accepts its properties, attributes and listeners', async () => {
      const attributes = `max-files={3} autostart="false" metadata={{ album: 'trip' }} id="wide"
      onwaybill-stored={(event) => console.log(event.detail.item.completed?.key)}`
      expect(await check(attributes)).toBe('')
    })

    it('rejects a value of another type', async () => {
      expect(await check('metadata={7}')).toContain("'number' is not assignable")
    })
  },
)

describe.each([REACT_19, REACT_18])('UploadDropzone in $name', ({ packages, options }) => {
  const check = (attributes: string) =>
    compile(linked(packages), 'page.tsx', dropzone(attributes), options)

  it("accepts properties, attributes, a ref and callbacks with the rule's result type", async () => {
    const attributes = `rule="photo" maxFiles={3} className="wide" ref={(element) => element?.choose()}
      onStored={({ completed }) => completed?.result.width.toFixed()}`
    expect(await check(attributes)).toBe('')
  })

  it('rejects a rule that does not exist', async () => {
    expect(await check('rule="photos"')).toContain(`'"photos"' is not assignable`)
  })
})
