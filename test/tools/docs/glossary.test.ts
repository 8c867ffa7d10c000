import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const page = readFileSync('CONTRIBUTING.md', 'utf8')
const glossary = page.slice(page.indexOf('## Glossary'), page.indexOf('## Tests'))
const rows = glossary.split('\n').filter((line) => line.startsWith('- '))
const sources = globSync('packages/*/src/**/*.ts').map((file) => readFileSync(file, 'utf8'))
const words = new Set(sources.flatMap((text) => text.match(/[A-Za-z_$][\w$]*/g)))

describe("CONTRIBUTING.md's glossary", () => {
  it.each(rows)("uses the code's name: %s", (row) => {
    const names = [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name) => !words.has(name ?? ''))).toEqual([])
  })
})
