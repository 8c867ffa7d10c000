/**
 * What runs with the repository's rights, or publishes in its name, is named exactly.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const DIRECTORY = '.github/workflows'

const workflows = await Promise.all(
  (await readdir(DIRECTORY)).map(async (name) => ({
    name,
    text: await readFile(join(DIRECTORY, name), 'utf8'),
  })),
)

describe.each(workflows)('$name', ({ text }) => {
  it('takes every action by its commit, and says of which tag that is', () => {
    const used = [...text.matchAll(/uses: (.*)/g)].map(([, action = '']) => action)
    expect(used).not.toEqual([])
    const loose = used.filter((action) => !action.startsWith('./'))
    for (const action of loose)
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('has no more rights than it needs', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m)
    expect(text).not.toMatch(/write-all|contents: write|pull_request_target/)
  })
})

describe('dependabot', () => {
  it('has every lockfile', async () => {
    const { updates } = parse(await readFile('.github/dependabot.yml', 'utf8'))
    const directories = updates.flatMap(
      (update: { 'package-ecosystem': string; directory?: string; directories?: string[] }) =>
        update['package-ecosystem'] === 'npm' ? (update.directories ?? [update.directory]) : [],
    )
    const tracked = execFileSync('git', ['ls-files', '*package-lock.json'], { encoding: 'utf8' })
    const lockfiles = tracked.trim().split('\n')
    expect(directories.sort()).toEqual(
      lockfiles.map((file) => `/${posix.dirname(file)}`.replace(/^\/\.$/, '/')).sort(),
    )
  })
})

describe('the repository', () => {
  it('names no host of a package registry', () => {
    const hosts = ['npmjs', 'yarnpkg'].map((name) => `registry\\.${name}\\.`).join('|')
    const lines = () => execFileSync('git', ['grep', '-lE', hosts], { encoding: 'utf8' })
    // `git grep` ends with 1 where it finds nothing.
    expect(lines).toThrow(expect.objectContaining({ status: 1 }))
  })

  it('has the line ends of Unix, also in a clone on Windows', () => {
    const git = (...args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8' })
    expect(git('check-attr', 'eol', 'README.md', '.ci/run')).toMatch(
      /^\S+: eol: lf\n\S+: eol: lf\n$/,
    )
    expect(git('ls-files', '--eol')).not.toMatch(/^i\/(?:crlf|mixed)/m)
  })
})
