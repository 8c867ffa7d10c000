/**
 * `waybill s3`: the local S3 alone, for whatever speaks S3.
 *
 * @module
 */

import { startLocalS3 } from '../local-s3/index.ts'
import type { Command, OptionValues } from './command-line.ts'
import { DEFAULT_HOME, homeDirectory } from './home-directory.ts'
import { localS3Options, S3_PORT, sayBucket } from './local-bucket.ts'
import { choosePort, sayPortTaken } from './port.ts'
import { untilStopped } from './stop-signal.ts'
import type { Terminal } from './terminal.ts'

export const s3Command: Command = {
  name: 's3',
  about: 'the local S3 alone',
  options: {
    port: {
      value: 'port',
      about: `port; 0 for any (default: ${S3_PORT}, or the next free one)`,
    },
    dir: {
      value: 'directory',
      about: `where objects are kept, shared with waybill dev (default: ${DEFAULT_HOME})`,
    },
  },
  run: runS3,
}

async function runS3(values: OptionValues, terminal: Terminal): Promise<number> {
  const port = await choosePort(values, 'port', S3_PORT)
  const home = await homeDirectory(values.dir)
  const s3 = await startLocalS3(localS3Options({ s3Port: port.port, home, terminal }))
  terminal.say()
  sayPortTaken(terminal, port, 'port')
  sayBucket(terminal, s3.port)
  terminal.say(`  Kept in  ${home}`)
  return untilStopped(terminal, () => s3.close())
}
