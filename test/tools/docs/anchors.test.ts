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
  it('makes of headings what GitHub makes of them', () => {
    expect([...anchorsOf(PAGE)]).toEqual([
      'the-command-line',
      'strict-s3',
      'what-happens-when-your-code-fails-and-why',
      'options',
      'options-1',
    ])
  })
})
