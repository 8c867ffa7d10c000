/**
 * Stops the server at the end of a job, and prints its log, which explains each rejected request.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'

const { STATE_pid: pid, STATE_log: log } = process.env

if (pid && log) {
  try {
    process.kill(Number(pid))
  } catch {
    console.log('strict-s3 has ended by itself')
  }
  // The log contains what clients have sent, which must not be taken for commands to the runner.
  const token = randomUUID()
  console.log(`::group::strict-s3\n::stop-commands::${token}`)
  console.log(readFileSync(log, 'utf8'))
  console.log(`::${token}::\n::endgroup::`)
}
