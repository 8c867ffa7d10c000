import { describe, expect, it } from 'vitest'
import { docstringExamples, pageExamples } from '../../../tools/docs/examples.ts'
import { exportedNames, missingImports } from '../../../tools/docs/exported-names.ts'

const PAGE = `# Page

\`\`\`ts
import { planParts } from 'waybill-s3'

const plan = planParts(file.size, 'large')
\`\`\`

\`\`\`sh
npm start
\`\`\`

- In a list:

  \`\`\`ts
  // rules.ts – yours
  export const rules = {}
  \`\`\`
`

const SOURCE = `/**
 * Plans parts.
 *
 * @example
 * \`\`\`ts
 * // many
 * const plan = planParts(1, 2)
 * \`\`\`
 */
export function planParts() {}
export type { Part } from './part.ts'
`

describe('pageExamples', () => {
  it('finds the TypeScript blocks, and keeps line numbers', () => {
    const [first, second, ...others] = pageExamples('docs/page.md', PAGE)
    expect(others).toEqual([])
    expect(first).toMatchObject({ source: 'docs/page.md', line: 4, fileName: '' })
    expect(first?.module.split('\n')[5]).toBe(PAGE.split('\n')[5])
    expect(second?.module.split('\n')[16]).toContain('export const rules')
  })

  it("takes a file's name from its first line", () => {
    expect(pageExamples('docs/page.md', PAGE)[1]?.fileName).toBe('rules.ts')
  })
})

describe('docstringExamples', () => {
  it('finds the examples, without the asterisks, and keeps line numbers', () => {
    const [example] = docstringExamples(
      'packages/waybill-s3/src/multipart-limits.ts',
      SOURCE,
      () => "import 'x';",
    )
    const lines = example?.module.split('\n')
    expect(lines?.[0]).toBe("export {};import 'x';")
    expect(lines?.[6]).toBe('const plan = planParts(1, 2)')
  })
})

describe('missingImports', () => {
  const names = exportedNames(SOURCE, 'waybill-s3')

  it('imports values and types that the code uses', () => {
    expect(missingImports('const plan: Part = planParts()', names)).toBe(
      "import type { Part } from 'waybill-s3';import { planParts } from 'waybill-s3';",
    )
  })

  it.each([
    "import { planParts } from 'waybill-s3'\nplanParts()",
    'const planParts = () => {}',
    '// planParts is for large files',
    'plan.planParts',
    "'planParts'",
  ])('imports nothing for %j', (code) => {
    expect(missingImports(code, names)).toBe('')
  })
})
