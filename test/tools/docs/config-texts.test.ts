import { describe, expect, it } from 'vitest'
import { configTexts } from '../../../tools/docs/config-texts.ts'

const page = (language: string, text: string) => `# A page\n\n\`\`\`${language}\n${text}\n\`\`\`\n`

describe('configTexts', () => {
  it.each([
    ['json', '{ "a": [1] }', { a: [1] }],
    ['yaml', 'a:\n  - !Ref B\n  - { c: !GetAtt D.E }', { a: ['B', { c: 'D.E' }] }],
    ['hcl', 'a "b" {\n  c = d.e\n}', { a: { b: [{ c: '${d.e}' }] } }],
  ])('parses %s', async (language, text, value) => {
    expect(await configTexts(page(language, text))).toEqual([{ language, line: 3, value }])
  })

  it.each([
    ['json', '{ "a": [1], }'],
    ['yaml', 'a: [1\nb: 2'],
    ['yaml', 'a: 1\na: 2'],
    ['hcl', 'a "b" {\n  c = \n}'],
  ])('reports where a page has invalid %s', async (language, text) => {
    const [block] = await configTexts(page(language, text))
    expect(block).toEqual({ line: 3, reason: expect.stringMatching(/./) })
  })

  it('reads blocks in lists, and ignores other languages', async () => {
    const text = `- item:\n\n  \`\`\`yaml\n  a:\n    b: 1\n  \`\`\`\n\n${page('sh', '{')}`
    expect(await configTexts(text)).toEqual([{ language: 'yaml', line: 3, value: { a: { b: 1 } } }])
  })
})
