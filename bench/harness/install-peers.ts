/**
 * Installs what the benchmarks compare with, once, from a lockfile of its own: an ordinary `npm ci` of the project
 * stays without it.
 *
 * The packages live in `bench/peers/node_modules` and are seen from all of `bench/` through a link. They could not
 * have their `package.json` in `bench/` itself: the files there would no longer belong to the package `waybill` and
 * could not import it by its name.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PEERS = new URL('../peers/', import.meta.url)
const LINK = new URL('../node_modules', import.meta.url)
/** A copy of the lockfile that was installed. */
const INSTALLED = new URL('node_modules/.installed.json', PEERS)

/** @throws {Error} When npm cannot install them. */
export async function installPeers(): Promise<void> {
  const wanted = readFileSync(new URL('package-lock.json', PEERS), 'utf8')
  if (read(INSTALLED) !== wanted) {
    console.log('installing what is compared with into bench/peers/node_modules (once) …')
    const npm = spawn('npm', ['ci', '--silent'], { cwd: fileURLToPath(PEERS), stdio: 'inherit' })
    const [code] = await once(npm, 'close')
    if (code !== 0) throw new Error(`npm ci in bench/peers ended with ${code}`)
    mkdirSync(new URL('node_modules', PEERS), { recursive: true })
    writeFileSync(INSTALLED, wanted)
  }
  rmSync(LINK, { force: true })
  symlinkSync('peers/node_modules', LINK, 'dir')
}

/** @returns The version that is installed, for the report. */
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
