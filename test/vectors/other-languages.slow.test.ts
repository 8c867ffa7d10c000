/**
 * The readers in `examples/receipts/`, and the upload tokens of docs/guide/backends.md, run with
 * Debian's languages.
 *
 * Slow: they start other languages, and Go compiles. `receipts.test.ts` reads the same receipts with
 * `readReceipt`, and `tokens/upload-token.test.ts` makes the same tokens with `uploadToken`.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { tokenAuthorize } from 'waybill/signer'

const execute = promisify(execFile)
const TOKEN_SECRET = 'a-token-secret-of-more-than-32-characters'
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
  const env = {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: '1',
    WAYBILL_TOKEN_SECRET: TOKEN_SECRET,
    GOTOOLCHAIN: 'local',
  }
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

/** Prints a token, with the function that the page teaches. */
const PROGRAMS: Readonly<Record<string, (code: string) => string>> = {
  python: (code) => `${code}print(upload_token("ada"), end="")`,
  php: (code) => `${code}echo upload_token("ada");`,
  ruby: (code) => `${code}print upload_token("ada")`,
  go: (code) => `package main\n${code}func main() { os.Stdout.WriteString(uploadToken("ada")) }`,
}

describe('docs/guide/backends.md', async () => {
  const page = await readFile('docs/guide/backends.md', 'utf8')
  for (const { language, run: command, isInstalled } of readers) {
    it.skipIf(!isInstalled)(`makes tokens in ${language}`, async () => {
      const code = page.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? ''
      const folder = await mkdtemp(join(tmpdir(), 'waybill-token-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const file = join(folder, language === 'go' ? 'main.go' : 'program')
      await writeFile(file, PROGRAMS[language]?.(code) ?? '')
      const [program = '', ...args] = command.slice(0, -1)
      const token = await run([program, ...args, file])
      const authorize = tokenAuthorize({
        secret: TOKEN_SECRET,
        audience: 'https://uploads.example.com/',
      })
      const headers = { authorization: `Bearer ${token}` }
      const request = { method: 'POST', path: '', query: {}, headers }
      expect(await authorize(request, undefined)).toMatchObject({
        owner: 'ada',
        only: { rules: ['avatar'], maxSize: 2_000_000 },
      })
    })
  }
})
