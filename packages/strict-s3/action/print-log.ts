import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * Prints the server's log. It contains what clients have sent and names of files, which must not be
 * taken for commands to the runner.
 */
export function printLog(path: string): void {
  const token = randomUUID()
  console.log(`::group::strict-s3\n::stop-commands::${token}`)
  console.log(readFileSync(path, 'utf8'))
  console.log(`::${token}::\n::endgroup::`)
}
