/**
 * What runs with the repository's rights, or publishes in its name, is named exactly.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }

const DIRECTORY = '.github/workflows'

const workflows = await Promise.all(
  (await readdir(DIRECTORY)).map(async (name) => ({
    name,
    text: await readFile(join(DIRECTORY, name), 'utf8'),
  })),
)

describe.each(workflows)('$name', ({ text }) => {
  it('pins every action to a commit, and names its tag', () => {
    const used = [...text.matchAll(/uses: (.*)/g)].map(([, action = '']) => action)
    expect(used).not.toEqual([])
    const loose = used.filter((action) => !action.startsWith('./'))
    for (const action of loose)
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('has no more permissions than it needs', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m)
    expect(text).not.toMatch(/write-all|contents: write|pull_request_target/)
  })
})

interface Step {
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: string
  readonly steps?: readonly Step[]
}

describe('publish.yml', async () => {
  const text = await readFile(join(DIRECTORY, 'publish.yml'), 'utf8')
  const { jobs }: { jobs: Readonly<Record<'test' | 'pack' | 'publish', Job>> } = parse(text)
  const hashing = jobs.pack.steps?.find(({ id }) => id === 'sha512')?.run ?? ''
  const commands = jobs.publish.steps?.flatMap(({ run }) => run ?? []) ?? []
  const [checking = '', ...others] = commands

  it('grants the permission to publish to one job, which installs and builds nothing', () => {
    expect(jobs.publish.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
    expect(jobs.publish.environment).toBe('npm')
    expect(text.match(/id-token/g)).toHaveLength(1)
    expect(checking).toContain('sha512sum')
    expect(others).toEqual(['node tools/publish.ts --publish'])
  })

  it('restores no cache, because other workflows could have written it', () => {
    const steps = [...(jobs.pack.steps ?? []), ...(jobs.publish.steps ?? [])]
    const nodes = steps.filter(({ uses }) => uses?.startsWith('actions/setup-node@'))
    expect(nodes.map((step) => step.with?.['package-manager-cache'])).toEqual([false, false])
  })

  it.runIf(process.platform === 'linux')(
    'publishes exactly the archives that were packed',
    async () => {
      const folder = temporaryFolder('waybill-workflow-')
      const bash = (script: string, env: Readonly<Record<string, string>>) =>
        execFileSync('bash', ['-e', '-c', script], {
          cwd: folder,
          env: { ...process.env, ...env },
          stdio: 'pipe',
          encoding: 'utf8',
        })
      const archive = join(folder, 'packs', 'a.tgz')
      const output = join(folder, 'output')
      await mkdir(join(folder, 'packs'))
      await writeFile(archive, 'an archive')
      await writeFile(join(folder, 'packs', 'b.tgz'), 'another one')

      bash(hashing, { GITHUB_OUTPUT: output })
      const written = await readFile(output, 'utf8')
      const [, sums = ''] = written.match(/^sha512<<END\n(.*)\nEND\n$/s) ?? []
      const check = () => bash(checking, { SHA512: sums })
      expect(check).not.toThrow()

      const third = join(folder, 'packs', 'c.tgz')
      await writeFile(third, 'one that nobody packed')
      const complaint = (name: string) =>
        expect.objectContaining({ stdout: expect.stringContaining(name) })
      expect(check).toThrow(complaint('c.tgz'))
      await rm(third)
      await appendFile(archive, '.')
      expect(check).toThrow(complaint('a.tgz'))
    },
  )
})

describe.runIf(process.platform === 'linux')('strict-s3-image.yml', async () => {
  const { jobs }: { jobs: Readonly<Record<string, Job & { needs?: unknown }>> } = parse(
    await readFile(join(DIRECTORY, 'strict-s3-image.yml'), 'utf8'),
  )
  const [checking = '', pushing = ''] = jobs.push?.steps?.flatMap(({ run }) => run ?? []) ?? []

  it('grants the permission to push to one job, which builds nothing and waits for the tests', () => {
    expect(
      Object.values(jobs).flatMap(({ permissions }) => (permissions ? [permissions] : [])),
    ).toEqual([{ packages: 'write' }])
    expect(jobs.push?.needs).toEqual(['test', 'build'])
    expect(checking).toContain('sha512sum')
    expect(checking + pushing).not.toMatch(/npm|docker (?:build|run)/)
  })

  it.each([
    ['v0.10.0', ['0.10.0', 'latest']],
    ['v0.9.1', ['0.9.1']],
    ['v0.11.0-rc.1', ['0.11.0-rc.1']],
  ])('pushes %s as %j, and sends the token to one registry', async (tag, pushed) => {
    const folder = temporaryFolder('waybill-workflow-')
    const programs = {
      git: `printf 'a\\trefs/tags/%s\\n' v0.9.1 v0.10.0 v0.9.0 v0.11.0-rc.1`,
      skopeo: `echo "$@" >> calls`,
    }
    for (const [name, script] of Object.entries(programs)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    }
    const PATH = `${folder}:${process.env.PATH}`
    const env = { PATH, GITHUB_REF_NAME: tag, IMAGE: 'ghcr.io/o/s', TOKEN: 't', GITHUB_ACTOR: 'a' }
    execFileSync('bash', ['-e', '-c', pushing], { cwd: folder, env, stdio: 'pipe' })
    const [login, ...copies] = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')
    expect(login).toMatch(/^login .* ghcr\.io$/)
    const copy = 'copy --all oci-archive:strict-s3.tar docker://ghcr.io/o/s:'
    expect(copies).toEqual(pushed.map((each) => copy + each))
  })
})

describe('dependabot', () => {
  it('covers every lockfile', async () => {
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
  it('allows or denies the install script of every dependency in package.json', async () => {
    const lock: { packages: Readonly<Record<string, { hasInstallScript?: boolean }>> } = JSON.parse(
      await readFile('package-lock.json', 'utf8'),
    )
    const scripted = Object.entries(lock.packages).flatMap(([path, { hasInstallScript }]) =>
      hasInstallScript ? [path.split('node_modules/').at(-1)] : [],
    )
    expect(Object.keys(packageJson.allowScripts).sort()).toEqual([...new Set(scripted)].sort())
  })

  it("names no package registry's host", () => {
    const hosts = ['npmjs', 'yarnpkg'].map((name) => `registry\\.${name}\\.`).join('|')
    const lines = () => execFileSync('git', ['grep', '-lE', hosts], { encoding: 'utf8' })
    // `git grep` ends with 1 where it finds nothing.
    expect(lines).toThrow(expect.objectContaining({ status: 1 }))
  })

  it('uses Unix line endings, even in a clone on Windows', () => {
    const git = (...args: readonly string[]) => execFileSync('git', args, { encoding: 'utf8' })
    expect(git('check-attr', 'eol', 'README.md', '.ci/run')).toMatch(
      /^\S+: eol: lf\n\S+: eol: lf\n$/,
    )
    expect(git('ls-files', '--eol')).not.toMatch(/^i\/(?:crlf|mixed)/m)
  })
})
