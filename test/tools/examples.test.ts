import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readExamples } from '../../tools/examples/description.ts'
import { drawn } from '../../tools/examples/drawn.ts'

const NAMES = ['one', 'two', 'three', 'four', 'five']

describe('drawn', () => {
  it('draws the same for the same seed', () => {
    expect(drawn(NAMES, 2, 'a commit')).toEqual(drawn(NAMES, 2, 'a commit'))
    expect(drawn(NAMES, 2, 'a commit')).toHaveLength(2)
  })

  it('draws each of them for some seed', () => {
    const seeds = Array.from({ length: 50 }, (_, index) => `commit ${index}`)
    expect(new Set(seeds.flatMap((seed) => drawn(NAMES, 2, seed)))).toEqual(new Set(NAMES))
  })
})

describe('readExamples', () => {
  it('reads what every example says of itself', () => {
    expect(readExamples()).toContainEqual(
      expect.objectContaining({ name: 'express', contentType: 'image/png' }),
    )
  })
})

describe('docs/guide/examples.md', () => {
  it('names every example', () => {
    const page = readFileSync('docs/guide/examples.md', 'utf8')
    const named = [...page.matchAll(/\]\(\.\.\/examples\/([\w-]+)\)/g)].map(([, name]) => name)
    expect(named.sort()).toEqual(readExamples().map(({ name }) => name))
  })
})

describe('docs/guide/nextjs.md', () => {
  const page = readFileSync('docs/guide/nextjs.md', 'utf8')
  const files = [...page.matchAll(/^```(?:typescript|tsx)\n\/\/ (\S+)\n([\s\S]*?)^```/gm)]

  it('shows each file of the example', () => {
    const own = globSync('**/*.{ts,tsx}', {
      cwd: 'examples/nextjs',
      exclude: ['**/node_modules/**', '.next/**', 'next-env.d.ts', 'app/layout.tsx'],
    })
    expect(files.map(([, path]) => path).sort()).toEqual(
      own.map((path) => path.replaceAll('\\', '/')).sort(),
    )
  })

  it.each(files.map(([, path = '', code]) => ({ path, code })))('has $path as it is', (file) => {
    expect(file.code).toBe(readFileSync(`examples/nextjs/${file.path}`, 'utf8'))
  })
})
