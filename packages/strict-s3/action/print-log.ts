import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * Prints the server's log. The runner must not execute what clients sent, or file names, as workflow
 * commands.
 */
export function printLog(path: string): void {
  const token = randomUUID()
  console.log(`::group::strict-s3\n::stop-commands::${token}`)
  console.log(readFileSync(path, 'utf8'))
  console.log(`::${token}::\n::endgroup::`)
}
