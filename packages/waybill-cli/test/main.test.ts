import { readFile } from 'node:fs/promises'
import { SECRET } from '@waybill/test-support/signing'
import { startWaybill } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import { deriveReceiptKey } from 'waybill/signer'

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const started = startWaybill(args, { env })
  const code = await started.exit
  return { code, stdout: started.stdout(), stderr: started.stderr() }
}

describe('waybill', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('lists its commands for %j', async (args) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of ['dev', 'serve', 'put', 'doctor', 'template', 'redrive', 'rescan'])
      expect(stdout).toMatch(new RegExp(`^ {2}${command} +\\S`, 'm'))
  })

  it.each([
    ['dev', ['--port', '--s3-port', '--dir', '--rules', '--help']],
    ['secret', ['receipt-key', '--help']],
    ['template', ['--out <directory>', '--front [cloudfront|domain]', '--read  ', '--help']],
  ])('explains every option of %s', async (command, options) => {
    const { code, stdout } = await run([command, '--help'])
    expect(code).toBe(0)
    for (const option of options) expect(stdout).toContain(option)
  })

  it.each([['dev'], ['secret', 'receipt-key']])(
    'prints the same for help %s as for --help',
    async (...args) => {
      expect(await run(['help', ...args])).toEqual(await run([...args, '--help']))
    },
  )

  it('prints its version', async () => {
    const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8')
    const { version } = JSON.parse(manifest)
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it.each([
    [['devv'], "unknown command 'devv', did you mean 'dev'? See waybill --help"],
    [
      ['upload'],
      "unknown command 'upload'. Commands are dev, serve, put, secret, doctor, template, redrive, rescan; see waybill --help",
    ],
    [['--port', '1'], "unknown option '--port'"],
    [
      ['dev', '--prot', '1'],
      "unknown option '--prot', did you mean '--port'? See waybill dev --help",
    ],
    [['dev', '--upload'], "unknown option '--upload'. See waybill dev --help"],
    [['secret', 'receipts-key'], "unexpected argument 'receipts-key', did you mean 'receipt-key'?"],
    [['dev', '--port'], '--port needs a value: --port <port>. See waybill dev --help'],
    [['dev', '--port', '--dir', 'x'], '--port needs a value: --port <port>. See'],
    [['template', '--read=on'], "option '--read' does not take an argument"],
    [['redrives'], "unknown command 'redrives', did you mean 'redrive'? See waybill --help"],
    [['help', 'devv'], "unknown command 'devv', did you mean 'dev'? See waybill --help"],
    [['help', 'secret', 'receipts-key'], "unexpected argument 'receipts-key', did you mean"],
    [['dev', '--port', 'http'], "--port is 'http', expected 0 (any free port) to 65535"],
    [['dev', '--port', '65536'], "--port is '65536'"],
    [['dev', '--dir', ''], '--dir is empty, expected <directory>'],
    [['dev', 'now'], "unexpected argument 'now'"],
    [['secret', 'key'], "unexpected argument 'key', expected receipt-key or nothing"],
    [['secret', 'receipt-key'], 'secret is 0 characters, expected at least 32'],
  ])('exits with code 2 and an explanation for %j', async (args, message) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`waybill: ${message}`)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('creates a different secret each time', async () => {
    const [one, two] = [await run(['secret']), await run(['secret'])]
    expect(one).toMatchObject({ code: 0, stderr: '' })
    expect(one.stdout).toMatch(/^[0-9a-f]{64}\n$/)
    expect(two.stdout).not.toBe(one.stdout)
  })

  it('prints the receipt key that the library derives', async () => {
    const started = startWaybill(['secret', 'receipt-key'], { input: `${SECRET}\n` })
    expect(await started.exit).toBe(0)
    expect(started.stdout()).toBe(`${await deriveReceiptKey(SECRET)}\n`)
  })

  it('prints no colors into a pipe', async () => {
    expect((await run(['devv'])).stderr).not.toContain('\u001b')
  })

  it('prints colors when asked to', async () => {
    expect((await run(['devv'], { FORCE_COLOR: '1' })).stderr).toContain('\u001b[31m')
  })
})
