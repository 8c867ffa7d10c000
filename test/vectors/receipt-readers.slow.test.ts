/**
 * The readers in `examples/receipts/`, run with Debian's languages.
 *
 * Slow: they start other languages, and Go compiles. `receipts.test.ts` reads the same receipts with
 * `readReceipt`.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const execute = promisify(execFile)
const FILE = resolve('test/vectors/receipts.json')
const EXPECTED = JSON.parse(await readFile(FILE, 'utf8')).vectors.map(
  ({ name: _, owner: __, receipt: ___, ...expected }: Readonly<Record<string, unknown>>) =>
    expected,
)

/** `needs` are Debian's packages. `probe` fails if they are not installed. */
const READERS = [
  {
    ...{ language: 'python', needs: 'python3-cryptography', run: ['/usr/bin/python3', 'check.py'] },
    probe: ['/usr/bin/python3', '-c', 'import cryptography'],
  },
  {
    ...{ language: 'php', needs: 'php-cli', run: ['/usr/bin/php', 'check.php'] },
    probe: ['/usr/bin/php', '--re', 'openssl'],
  },
  {
    ...{ language: 'ruby', needs: 'ruby', run: ['/usr/bin/ruby', '-w', 'check.rb'] },
    probe: ['/usr/bin/ruby', '-ropenssl', '-e', '1'],
  },
  {
    ...{ language: 'go', needs: 'golang-go (1.24)', run: ['/usr/bin/go', 'run', '.'] },
    probe: ['ls', '/usr/bin/go', '/usr/lib/go/src/crypto/hkdf'],
  },
]

async function run([program = '', ...args]: readonly string[], cwd?: string): Promise<string> {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', GOTOOLCHAIN: 'local' }
  return (await execute(program, args, { cwd, env })).stdout
}

const readers = await Promise.all(
  READERS.map(async ({ probe, ...reader }) => {
    const isInstalled = await run(probe).then(
      () => true,
      () => false,
    )
    if (!isInstalled) console.warn(`${reader.needs} is not installed: its test is skipped`)
    return { ...reader, isInstalled }
  }),
)

describe('test/vectors/receipts.json', () => {
  for (const { language, run: command, isInstalled } of readers) {
    it.skipIf(!isInstalled)(`is read by examples/receipts/${language}`, async () => {
      const output = await run([...command, FILE], `examples/receipts/${language}`)
      expect(JSON.parse(output)).toEqual(EXPECTED)
    })
  }
})
