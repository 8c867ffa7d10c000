/**
 * What the check of examples says of one that does not compile.
 *
 * Slow: compiles the whole package. The step `docs` of `npm test` does so for every page.
 *
 * @module
 */

import { describe, expect, it } from 'vitest'
import { compile } from '../../../tools/docs/compile.ts'
import { pageExamples } from '../../../tools/docs/examples.ts'

const PAGE = `# Page

\`\`\`ts
import { planParts } from 'waybill-s3'

const plan = planParts(file.size, 'large')
\`\`\`
`

describe('compile', () => {
  it('names the page and line of code that does not compile, and writes declarations', () => {
    const { problems, declarations } = compile(pageExamples('docs/page.md', PAGE), '.test/examples')
    expect(problems).toEqual([expect.stringMatching(/^docs\/page\.md\(6,\d+\): error TS2345/)])
    expect(declarations.get('waybill-s3/src/multipart-limits.d.ts')).toContain(
      'export declare function planParts',
    )
  })
})
