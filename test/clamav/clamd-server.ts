/**
 * Debian's clamd with the configuration of docs/operate/scanning.md and one signature: EICAR's. ClamAV's own signatures cannot
 * be fetched where the tests run.
 *
 * @module
 */

import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { ChildProcesses } from '../interop/servers/child-processes.ts'
import { blockOfPage } from './page.ts'

/**
 * The harmless file that every scanner finds. In two pieces, so that no scanner finds this file.
 *
 * @see https://www.eicar.org/download-anti-malware-testfile/
 */
export const EICAR = [
  'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD',
  'ANTIVIRUS-TEST-FILE!$H+H*',
].join('-')

/** A running clamd, which can be stopped and started again at the same address. */
export interface Clamd {
  readonly path: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Stops it and deletes its files. */
  close(): Promise<void>
}

/**
 * Makes a clamd, which is not running yet.
 *
 * @param sizes - In place of the sizes in the page's configuration, by its words: StreamMaxLength.
 */
export async function createClamd(sizes: Readonly<Record<string, string>>): Promise<Clamd> {
  let processes: ChildProcesses | undefined
  const home = await ChildProcesses.create('clamd')
  const path = `${home.dir}/clamd.ctl`
  await mkdir(`${home.dir}/signatures`)
  const signature = Buffer.from(EICAR).toString('hex')
  await writeFile(`${home.dir}/signatures/eicar.ndb`, `Eicar-Test:0:*:${signature}\n`)
  let settings = await blockOfPage('# clamd.conf')
  settings = settings.replace(/^LocalSocket .*$/m, `LocalSocket ${path}`)
  for (const [name, size] of Object.entries(sizes)) {
    settings = settings.replace(new RegExp(`^${name} .*$`, 'm'), `${name} ${size}`)
  }
  const more = `DatabaseDirectory ${home.dir}/signatures\nForeground yes\nFixStaleSocket yes\n`
  await writeFile(`${home.dir}/clamd.conf`, settings + more)
  return {
    path,
    start: async () => {
      processes = await ChildProcesses.create('clamd-run')
      processes.start('clamd', 'clamd', '--config-file', `${home.dir}/clamd.conf`)
      await processes.until(() => answers(path))
    },
    stop: async () => {
      await processes?.stop()
    },
    close: async () => {
      await processes?.stop()
      await home.stop()
    },
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
