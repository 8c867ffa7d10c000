import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readExamples } from '../../tools/examples/description.ts'
import { drawn } from '../../tools/examples/drawn.ts'

const NAMES = ['one', 'two', 'three', 'four', 'five']

describe('drawn', () => {
  it('draws the same example for the same seed', () => {
    expect(drawn(NAMES, 2, 'a commit')).toEqual(drawn(NAMES, 2, 'a commit'))
    expect(drawn(NAMES, 2, 'a commit')).toHaveLength(2)
  })

  it('draws each of them for some seed', () => {
    const seeds = Array.from({ length: 50 }, (_, index) => `commit ${index}`)
    expect(new Set(seeds.flatMap((seed) => drawn(NAMES, 2, seed)))).toEqual(new Set(NAMES))
  })
})

describe('readExamples', () => {
  it("reads each example's description of itself", () => {
    expect(readExamples()).toContainEqual(
      expect.objectContaining({ name: 'express', contentType: 'image/png' }),
    )
  })
})

describe('an example that responds with HTML', () => {
  it('escapes the key, because readers will add metadata the same way', () => {
    const files = globSync([
      'examples/*/*.{js,ts}',
      'examples/*/src/**/*.ts',
      '{packages/strict-s3/,}docs/**/*.md',
    ])
    const unescaped = files.filter((file) =>
      /^(?!.*html`).*>\$\{(?:\w+\.)*key\}/m.test(readFileSync(file, 'utf8')),
    )
    expect(unescaped).toEqual([])
  })
})

describe('docs/guide/README.md', () => {
  it('lists every example', () => {
    const page = readFileSync('docs/guide/README.md', 'utf8')
    const named = [...page.matchAll(/\]\(\.\.\/\.\.\/examples\/([\w-]+)\)/g)].map(
      ([, name]) => name,
    )
    expect(named.sort()).toEqual(readExamples().map(({ name }) => name))
  })
})

/** A block of a page that is a file of an example: a comment in its first line is the path. */
const FILE = /^```\w+\n(<\?php )?(?:\/\/|#|<!--) (\S+)(?: -->)?\n([\s\S]*?)^```/gm

describe.each([
  { page: 'nextjs', example: 'nextjs' },
  { page: 'svelte', example: 'sveltekit' },
  { page: 'react-router', example: 'react-router' },
  { page: 'tanstack-start', example: 'tanstack-start' },
  { page: 'django', example: 'django' },
  { page: 'php', example: 'php' },
  { page: 'ruby', example: 'sinatra' },
  { page: 'go', example: 'go' },
])('docs/guide/$page.md', ({ page, example }) => {
  const text = readFileSync(`docs/guide/${page}.md`, 'utf8')
  const files = [...text.matchAll(FILE)].map(([, php, path = '', code]) => ({
    path,
    code: php ? `<?php\n${code}` : code,
  }))

  it.each(files)('contains $path verbatim', ({ path, code }) => {
    expect(code).toBe(readFileSync(`examples/${example}/${path}`, 'utf8'))
  })
})
