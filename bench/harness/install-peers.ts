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

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PEERS = new URL('../peers/', import.meta.url)
const LINK = new URL('../node_modules', import.meta.url)
/** A copy of the installed lockfile. */
const INSTALLED = new URL('node_modules/.installed.json', PEERS)

/**
 * Installs the peers.
 * @throws {Error} When npm fails.
 */
export async function installPeers(): Promise<void> {
  const wanted = readFileSync(new URL('package-lock.json', PEERS), 'utf8')
  if (read(INSTALLED) !== wanted) {
    console.log('installing the peers into bench/peers/node_modules (once) …')
    const npm = spawn('npm', ['ci', '--silent'], { cwd: fileURLToPath(PEERS), stdio: 'inherit' })
    const [code] = await once(npm, 'close')
    if (code !== 0) throw new Error(`npm ci in bench/peers ended with ${code}`)
    mkdirSync(new URL('node_modules', PEERS), { recursive: true })
    writeFileSync(INSTALLED, wanted)
  }
  rmSync(LINK, { force: true })
  symlinkSync('peers/node_modules', LINK, 'dir')
}

/** Returns name and installed version of a peer, for the report. */
export function peerVersion(name: string): string {
  const file = new URL(`node_modules/${name}/package.json`, PEERS)
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return `${name} ${version}`
}

function read(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
