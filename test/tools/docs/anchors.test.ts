import { describe, expect, it } from 'vitest'
import { anchorsOf } from '../../../tools/docs/anchors.ts'

const PAGE = `# The command line

## \`strict-s3\`

\`\`\`sh
# no heading
\`\`\`

### What happens when your code fails, and why

## Options

## Options
`

describe('anchorsOf', () => {
  it('creates the same anchors from headings as GitHub', () => {
    expect([...anchorsOf(PAGE)]).toEqual([
      'the-command-line',
      'strict-s3',
      'what-happens-when-your-code-fails-and-why',
      'options',
      'options-1',
    ])
  })
})
