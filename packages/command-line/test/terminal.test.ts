/**
 * Text of foreign origin on the terminal of `waybill dev` and `strict-s3`.
 *
 * @module
 */

import { PassThrough } from 'node:stream'
import { startDev, temporaryDirectory } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import { signRequest } from 'waybill-s3'
import { createTerminal } from '../src/terminal.ts'

const HOSTILE = [
  ['a window title', 'a\x1b]0;owned\x07', 'a\\u001b]0;owned\\u0007'],
  ['an 8-bit escape', 'a\x9b2J', 'a\\u009b2J'],
  ['a carriage return', 'a\rb', 'a\\u000db'],
  ['text turned around', 'a\u202egpj\u2066', 'a\\u202egpj\\u2066'],
  ['a mark of direction', '\u200f\u061c', '\\u200f\\u061c'],
] as const

/** Streams that say they are a terminal. */
function terminal() {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()].map((stream) =>
    Object.assign(stream, {
      isTTY: true,
      columns: 80,
      getColorDepth: () => 8,
      hasColors: () => true,
    }),
  )
  if (!stdout || !stderr) throw new Error('expected two streams')
  const said = () => `${stdout.read() ?? ''}${stderr.read() ?? ''}`
  return { said, stderr, ...createTerminal(stdout, stderr) }
}

describe('createTerminal', () => {
  it("writes the program's name in red before an error", () => {
    const { said, complain } = terminal()
    complain('strict-s3: port 9000 is in use: stop it')
    expect(said()).toBe('\u001b[31mstrict-s3:\u001b[39m port 9000 is in use: stop it\n')
    complain('cannot write events')
    expect(said()).toBe('\u001b[31mcannot write events\u001b[39m\n')
  })

  it('shows progress only on a terminal, and replaces all its lines', () => {
    const { said, progress, stderr } = terminal()
    progress('a\tb\n1 of 2')
    expect(said()).toBe('\r\u001b[Ja\\u0009b\n1 of 2')
    progress(`${'文'.repeat(40)}\n2 of 2`)
    expect(said()).toBe(`\r\u001b[1A\u001b[J${'文'.repeat(40)}\n2 of 2`)
    // Narrower, it has wrapped the first line.
    stderr.columns = 50
    progress('')
    expect(said()).toBe('\r\u001b[2A\u001b[J')
    progress('')
    expect(said()).toBe('\r\u001b[J')
    const [stdout, pipe] = [new PassThrough(), new PassThrough()]
    createTerminal(stdout, pipe).progress('1 of 2')
    expect(pipe.read()).toBeNull()
  })

  it.each(HOSTILE)('escapes %s in all its output', (_what, text, shown) => {
    const { said, say, complain, note, strong, faint } = terminal()
    for (const speak of [say, complain, note, (each: string) => say(strong(each) + faint(each))]) {
      speak(text)
      const line = said()
      expect(line).toContain(shown)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: emphasis is all that may be left
      expect(line.replace(/\x1b\[\d+m/g, '')).not.toMatch(/[^\x20-\x7e\n]/)
    }
  })

  it.each(['EPIPE', 'EIO'])('keeps running when nobody reads its output any more (%s)', (code) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    createTerminal(stdout, stderr)
    for (const stream of [stdout, stderr]) {
      stream.emit('error', Object.assign(new Error('gone'), { code }))
    }
    const other = Object.assign(new Error('full'), { code: 'ENOSPC' })
    expect(() => stdout.emit('error', other)).toThrow('full')
  })

  it('preserves line breaks, tabs and all letters', () => {
    const { said, say } = terminal()
    say('größe\t文\nnext')
    expect(said()).toBe('größe\t文\nnext\n')
  })
})

describe('waybill dev', () => {
  it('prints a hostile key on one line, without anything that a terminal would interpret', async () => {
    const dev = await startDev(await temporaryDirectory())
    const { url, headers } = await signRequest({
      method: 'PUT',
      bucket: 'uploads',
      key: 'a\x1b[2J\x9b\u202e\nReady',
      region: 'us-east-1',
      endpoint: dev.s3Url,
      credentials: { accessKeyId: 'waybill-local', secretAccessKey: 'waybill-local-secret' },
    })
    expect((await fetch(url, { method: 'PUT', headers, body: 'x' })).status).toBe(200)
    await dev.said(/rejected +1 B {2}uploads\/a\\u001b\[2J\\u009b\\u202e\\u000aReady {2}/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(dev.stdout()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/)
  })
})
