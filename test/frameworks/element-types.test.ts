/**
 * `<waybill-upload>` in the templates of React 18 and 19, Preact and Vue, as the compiler of an application checks
 * them: against the package that `npm run build` has built.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
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

const page = (attributes: string, from: string) => `import 'waybill/element/${from}'

export const Photos = () => <waybill-upload endpoint="/api/uploads" rule="photo" multiple ${attributes} />
`

const dropzone = (attributes: string) => `import { UploadDropzone } from 'waybill/react/dropzone'

const rules = {
  photo: { types: ['image/*'], maxSize: '1 MB', onComplete: () => ({ width: 1 }) },
  note: { types: ['text/plain'], maxSize: '1 MB' },
}

export const Photos = () => <UploadDropzone<typeof rules> endpoint="/api/uploads" multiple ${attributes} />
`

const JSX = [
  {
    name: 'React 19',
    from: 'react',
    packages: { react: join(MODULES, 'react'), '@types/react': join(MODULES, '@types/react') },
    options: { jsx: 'react-jsx' },
  },
  {
    name: 'React 18',
    from: 'react',
    packages: {
      react: join(frameworks, 'react'),
      '@types/react': join(frameworks, '@types/react'),
    },
    options: { jsx: 'react-jsx' },
  },
  {
    name: 'Preact',
    from: 'preact',
    packages: { preact: join(MODULES, 'preact') },
    options: { jsx: 'react-jsx', jsxImportSource: 'preact' },
  },
] as const

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

describe.each(JSX)('<waybill-upload> in $name', ({ from, packages, options }) => {
  const check = (attributes: string) =>
    compile(linked(packages), 'page.tsx', page(attributes, from), options)

  it('takes its properties, attributes and listeners', async () => {
    const attributes = `max-files={3} autostart="false" metadata={{ album: 'trip' }} class="wide"
      onwaybill-stored={(event) => console.log(event.detail.item.completed?.key)}`
    expect(await check(attributes)).toBe('')
  })

  it('refuses a value of another type', async () => {
    expect(await check('metadata={7}')).toContain("'number' is not assignable")
  })
})

describe.each(JSX.slice(0, 2))('UploadDropzone in $name', ({ packages, options }) => {
  const check = (attributes: string) =>
    compile(linked(packages), 'page.tsx', dropzone(attributes), options)

  it('takes properties, attributes, a ref and callbacks with the result of the rule', async () => {
    const attributes = `rule="photo" maxFiles={3} className="wide" ref={(element) => element?.choose()}
      onStored={({ completed }) => completed?.result.width.toFixed()}`
    expect(await check(attributes)).toBe('')
  })

  it('refuses a rule that does not exist', async () => {
    expect(await check('rule="photos"')).toContain(`'"photos"' is not assignable`)
  })
})

describe('<waybill-upload> in Vue', () => {
  const check = (attributes: string) =>
    compile(
      { vue: join(MODULES, 'vue'), '@vue': join(MODULES, '@vue') },
      'page.ts',
      `import type { GlobalComponents } from 'vue'
import 'waybill/element/vue'

export const attributes: InstanceType<GlobalComponents['waybill-upload']>['$props'] = ${attributes}
`,
    )

  it('takes its properties, attributes and listeners', async () => {
    const attributes = `{ endpoint: '/api/uploads', 'max-files': 3, class: 'wide',
      onWaybillStored: (event) => console.log(event.detail.item.completed?.key) }`
    expect(await check(attributes)).toBe('')
  })

  it('refuses a value of another type', async () => {
    expect(await check('{ metadata: 7 }')).toContain("'number' is not assignable")
  })
})
