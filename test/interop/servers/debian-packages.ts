/**
 * Installs Debian packages where this works without prompts: on Debian or Ubuntu, as root.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Installs missing packages. Returns the reason if that is not possible. */
export async function ensurePackages(packages: readonly string[]): Promise<string | undefined> {
  if (!existsSync('/usr/bin/dpkg-query')) return 'this is not Debian: there is no dpkg'
  const missing: string[] = []
  for (const name of packages) if (!(await isInstalled(name))) missing.push(name)
  if (missing.length === 0) return undefined
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`
  if (userInfo().uid !== 0) return `not root; to run these tests: sudo ${command}`
  console.log(`Installing ${missing.join(', ')} (apt-get; up to a minute)`)
  try {
    await withoutServices(() => install(missing))
    return undefined
  } catch (error) {
    return `${command} failed: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** The upstream version of an installed package, for example `18.2.7`. */
export async function packageVersion(name: string): Promise<string> {
  const { stdout } = await run('dpkg-query', ['--show', '--showformat', '${Version}', name])
  return stdout.replace(/^\d+:/, '').replace(/[+-].*$/, '')
}

async function isInstalled(name: string): Promise<boolean> {
  try {
    const { stdout } = await run('dpkg-query', [
      '--show',
      '--showformat',
      '${db:Status-Status}',
      name,
    ])
    return stdout === 'installed'
  } catch {
    return false
  }
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const aptGet = (...args: string[]) =>
    run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      env,
      maxBuffer: 64 * 1024 ** 2,
    })
  const args = ['install', '-y', '--no-install-recommends', ...packages]
  try {
    await aptGet(...args)
  } catch {
    // A new machine has no package lists, and an old one has outdated ones.
    await aptGet('update')
    await aptGet(...args)
  }
}

const POLICY = '/usr/sbin/policy-rc.d'

/**
 * Installs without starting the servers. A policy script that exits with 101 tells Debian not to
 * start them.
 */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  if (existsSync(POLICY)) return work()
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' })
  try {
    await work()
  } finally {
    await rm(POLICY, { force: true })
  }
}
