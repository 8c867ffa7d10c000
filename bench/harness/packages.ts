/**
 * Installs the peers that the benchmarks compare with, once, from their own lockfile: `npm ci` of
 * the project does not install them.
 *
 * The packages are in `bench/peers/node_modules`; a link makes them visible in `bench/`. Their
 * `package.json` cannot be in `bench/`: its files would no longer belong to the package `waybill`
 * and could not import it by name.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const PEERS = new URL('../peers/', import.meta.url)
const LINK = new URL('../node_modules', import.meta.url)
/** A copy of the installed lockfile. */
const INSTALLED = new URL('node_modules/.installed.json', PEERS)

/**
 * Installs the peers.
 * @throws {Error} When npm fails.
 */
export function installPeers(): void {
  const wanted = readFileSync(new URL('package-lock.json', PEERS), 'utf8')
  if (!existsSync(INSTALLED) || readFileSync(INSTALLED, 'utf8') !== wanted) {
    console.log('installing the peers into bench/peers/node_modules (once) …')
    execFileSync('npm', ['ci', '--silent'], { cwd: fileURLToPath(PEERS), stdio: 'inherit' })
    mkdirSync(new URL('node_modules', PEERS), { recursive: true })
    writeFileSync(INSTALLED, wanted)
  }
  rmSync(LINK, { force: true })
  symlinkSync('peers/node_modules', LINK, 'dir')
}

/** Returns name and installed version of a peer, for the report. */
export function peerVersion(name: string): string {
  return `${name} ${versionIn(fileURLToPath(new URL(`node_modules/${name}/package.json`, PEERS)))}`
}

/** The AWS SDK is a development dependency of the project. Returns for example `AWS SDK v3.1175.0`. */
export function sdkVersion(): string {
  const file = createRequire(import.meta.url).resolve('@aws-sdk/client-s3/package.json')
  return `AWS SDK v${versionIn(file)}`
}

function versionIn(file: string): string {
  return JSON.parse(readFileSync(file, 'utf8')).version
}

/** Builds what is published: servers and clients in processes of their own run that. */
export function buildPackage(): void {
  console.error('building the package …')
  execFileSync(process.execPath, ['tools/build/main.ts'], { stdio: 'inherit' })
}
