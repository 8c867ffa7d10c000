/**
 * The examples of packages/strict-s3/docs/README.md for test suites in other languages, run with the packages
 * of Debian.
 *
 * Slow: they start other languages, and Go compiles a client.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { describe, expect, it } from 'vitest'

const execute = promisify(execFile)
const PAGE = await readFile('packages/strict-s3/docs/README.md', 'utf8')

/** @returns A folder beside the clone, with the page's files in a language. */
async function project(language: string): Promise<string> {
  const parent = temporaryFolder(`waybill-${language}-`)
  const folder = join(parent, 'project')
  await mkdir(folder)
  await symlink(process.cwd(), join(parent, 'waybill'), 'junction')
  const blocks = PAGE.matchAll(
    new RegExp(`^\`\`\`${language}\n(?:#|//) (\\S+)\n([^]*?)^\`\`\``, 'gm'),
  )
  for (const [, name = '', code = ''] of blocks) await writeFile(join(folder, name), code)
  return folder
}

interface Suite {
  readonly language: string
  /** Debian's packages. */
  readonly needs: string
  /** Fails if they are not installed. */
  readonly probe: readonly string[]
  readonly run: readonly string[]
  readonly passed: RegExp
}

const JAVA_PROGRAM =
  'class Check { public static void main(String[] args) throws Exception { try (var s3 = new StrictS3()) { System.out.println(s3.endpoint); } } }'

const SUITES: readonly Suite[] = [
  {
    language: 'python',
    needs: 'python3-boto3, python3-pytest',
    probe: ['/usr/bin/python3', '-c', 'import boto3, pytest'],
    run: ['/usr/bin/python3', '-m', 'pytest', '-q'],
    passed: /^1 passed/m,
  },
  {
    language: 'go',
    needs: 'golang-go, golang-github-minio-minio-go-v7-dev',
    probe: ['ls', '/usr/bin/go', '/usr/share/gocode/src/github.com/minio/minio-go'],
    run: ['/usr/bin/go', 'test', '-count=1', 's3_test.go'],
    passed: /^ok\s/m,
  },
  {
    language: 'java',
    needs: 'default-jdk-headless',
    probe: ['/usr/bin/javac', '--version'],
    run: [
      '/bin/sh',
      '-c',
      `echo '${JAVA_PROGRAM}' > Check.java && javac Check.java && java -cp . Check`,
    ],
    passed: /^http:\/\/localhost:\d+$/m,
  },
  {
    language: 'ruby',
    needs: 'ruby-aws-sdk-s3, ruby-minitest',
    probe: ['/usr/bin/ruby', '-e', 'require "aws-sdk-s3"; require "minitest"'],
    run: ['/usr/bin/ruby', 's3_test.rb'],
    passed: /^1 runs, 1 assertions, 0 failures, 0 errors/m,
  },
]

const suites = await Promise.all(
  SUITES.map(async (suite) => {
    const [program = '', ...args] = suite.probe
    const isInstalled = await execute(program, args).then(
      () => true,
      () => false,
    )
    if (!isInstalled) console.warn(`${suite.needs} are not installed: their test is skipped`)
    return { ...suite, isInstalled }
  }),
)

describe('the test suite on the page', () => {
  for (const { language, run, passed, isInstalled } of suites) {
    it.skipIf(!isInstalled)(`passes in ${language}`, { timeout: 300_000 }, async () => {
      const [program = '', ...args] = run
      const { stdout } = await execute(program, args, {
        cwd: await project(language),
        // Debian's packages are found by their path, without modules.
        env: { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' },
      })
      expect(stdout).toMatch(passed)
    })
  }
})
