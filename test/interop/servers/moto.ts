/**
 * moto's server, from Debian.
 *
 * @module
 */

import { freePorts } from '@waybill/test-support/free-ports'
import { answers, ChildProcesses } from './child-processes.ts'
import type { ForeignStore } from './foreign-store.ts'

export const MOTO_PACKAGES = [
  'python3-moto',
  'python3-flask-cors',
  'python3-openapi-spec-validator',
]

/** moto does not verify signatures, so any key pair is right. */
export async function startMoto(): Promise<Omit<ForeignStore, 'otherCredentials'>> {
  const processes = await ChildProcesses.create('moto')
  try {
    const [port] = await freePorts(1)
    // Debian's Python, because another one may come first in the path.
    const command = ['/usr/bin/python3', '-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]
    processes.start('moto', ...command)
    const endpoint = `http://127.0.0.1:${port}`
    await processes.until(() => answers(`${endpoint}/moto-api/data.json`))
    const credentials = { accessKeyId: 'moto', secretAccessKey: 'moto' }
    return { endpoint, region: 'us-east-1', credentials, stop: () => processes.stop() }
  } catch (error) {
    await processes.stop()
    throw error
  }
}
