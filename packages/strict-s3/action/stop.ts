/**
 * Stops the server at the end of a job, and prints its log, which explains each rejected request.
 *
 * @module
 */

import { printLog } from './print-log.ts'

const { STATE_pid: pid, STATE_log: log } = process.env

if (pid && log) {
  try {
    process.kill(Number(pid))
  } catch {
    console.log('strict-s3 had already exited')
  }
  printLog(log)
}
