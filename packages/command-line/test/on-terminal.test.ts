import { readFile } from 'node:fs/promises'
import { MP4, PNG } from '@waybill/test-support/samples'
import { postForm, signedForm } from '@waybill/test-support/upload-form'
import {
  HAS_TERMINAL,
  type ProgramName,
  startDev,
  startProgram,
  temporaryDirectory,
} from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import { anchorsOf } from '../../../tools/docs/anchors.ts'

const GREEN = '\u001b[32m'
const YELLOW = '\u001b[33m'
const RED = '\u001b[31m'

// biome-ignore lint/suspicious/noControlCharactersInRegex: what styles a terminal's text
const STYLE = /\u001b\[\d+m/g

function linesOf(output: string): string[] {
  return output.replace(STYLE, '').replaceAll('\r', '').split('\n')
}

/** Stores a picture, one that is a film, and a page, which the signer refuses. */
async function uploadThree(signerUrl: string): Promise<void> {
  const name = `${'a long name '.repeat(10)}.png`
  for (const bytes of [PNG, MP4]) {
    const form = await signedForm(signerUrl, {
      name,
      type: 'image/png',
      size: String(bytes.length),
    })
    expect((await postForm(form, Buffer.from(bytes))).status).toBe(204)
    // The form fits that file only.
    expect((await postForm(form, Buffer.from('other bytes'))).status).toBe(400)
  }
  expect((await fetch(`${signerUrl}?type=text/html`)).status).toBe(415)
}

describe.skipIf(!HAS_TERMINAL)('waybill dev on a terminal', () => {
  it.each([80, 120])('fits all output into %d columns, in color', async (columns) => {
    const home = await temporaryDirectory()
    const dev = await startDev(home, { columns })
    const before = dev.stdout().length
    await uploadThree(dev.signerUrl)
    await dev.said(/signer: form/)
    await dev.said(/rejected[\s\S]*its bytes/)
    await dev.said(/verified/)
    const output = dev.stdout().slice(before)
    for (const line of linesOf(output)) expect(line.length).toBeLessThanOrEqual(columns)
    expect(output).toContain(`${GREEN}✓ verified`)
    expect(output).toContain(`${RED}✗ rejected`)
    expect(output).toContain(`${YELLOW}signer: form`)
    expect(output).toMatch(/rule files\r?\n\S+ {10}FILE_TYPE_NOT_ALLOWED: type is "text\/html"/)
    const stored = linesOf(output).filter((line) => line.includes('  204  '))
    expect(stored).toHaveLength(2)
    for (const line of stored) expect(line).toMatch(/ uploads\/.*…[^/]*\.png/)
  })

  it('prints no colors with NO_COLOR', async () => {
    const home = await temporaryDirectory()
    const dev = await startDev(home, { columns: 80, env: { NO_COLOR: '1' } })
    await uploadThree(dev.signerUrl)
    await dev.said(/signer: form/)
    await dev.said(/rejected/)
    expect(dev.stdout()).not.toContain('\u001b[')
  })
})

describe('waybill dev on a pipe', () => {
  it('prints colors with FORCE_COLOR, and one line per event', async () => {
    const home = await temporaryDirectory()
    const dev = await startDev(home, { env: { FORCE_COLOR: '1' } })
    await uploadThree(dev.signerUrl)
    await dev.said(/signer: form/)
    await dev.said(/rejected.*its bytes/)
    expect(dev.stdout()).toContain(`${GREEN}✓ verified`)
    for (const line of linesOf(dev.stdout()).filter((each) => /^\d\d:/.test(each))) {
      expect(line).toMatch(/^\d\d:\d\d:\d\d {2}.{23} {2}[\d ]{3} {2}.{7} {2}\S/)
    }
  })
})

const COMMANDS: Readonly<Record<ProgramName, readonly string[]>> = {
  waybill: [
    '',
    'dev',
    'put',
    'secret',
    'secret receipt-key',
    'doctor',
    'template',
    'redrive',
    'rescan',
  ],
  'strict-s3': ['', 'health'],
}
const PROGRAMS = ['waybill', 'strict-s3'] as const

describe('--help', () => {
  it.each(PROGRAMS.flatMap((program) => COMMANDS[program].map((words) => ({ program, words }))))(
    'for $program $words fits into 80 columns, with examples and a link to the docs',
    async ({ program, words }) => {
      const args = words.split(' ').filter((word) => word !== '')
      const started = startProgram(program, [...args, '--help'])
      expect(await started.exit).toBe(0)
      const help = started.stdout()
      const lines = help.split('\n').filter((line) => !line.startsWith('Docs: '))
      for (const each of lines) expect(each.length).toBeLessThanOrEqual(80)
      expect(help).toMatch(/^Examples:\n {2}# .+\n {2}(?:npx|echo|strict-s3) /m)
      const [, name, page, anchor] =
        /^Docs: .*packages[\\/](waybill-cli|strict-s3)[\\/](docs\S+\.md)(?:#(\S+))?$/m.exec(help) ??
        []
      // waybill-cli's are copied when it is packed.
      const home = name === 'strict-s3' ? 'packages/strict-s3/' : ''
      const anchors = anchorsOf(await readFile(`${home}${page}`, 'utf8'))
      if (anchor) expect(anchors).toContain(anchor)
    },
  )
})
