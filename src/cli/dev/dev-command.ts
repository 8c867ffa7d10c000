/**
 * `waybill dev`: everything that an upload needs, on one machine.
 *
 * @module
 */

import { join } from 'node:path'
import type { Command, OptionValues } from '../command-line.ts'
import { DEFAULT_HOME, homeDirectory } from '../home-directory.ts'
import { HOST_OPTION, openHost, sayOpen } from '../open-host.ts'
import { choosePort, sayPortTaken } from '../port.ts'
import { untilStopped } from '../stop-signal.ts'
import type { Terminal } from '../terminal.ts'
import { EVENTS_FILE } from './dev-events.ts'
import { DEV_RULES } from './dev-rules.ts'
import { startDevServer } from './dev-server.ts'
import { loadRules } from './load-rules.ts'
import { S3_PORT, sayBucket } from './local-bucket.ts'
import { localOwnerLine, withLocalOwner } from './local-owner.ts'
import { sealSecret } from './seal-secret.ts'

const PORT = 8787

/** The command `waybill dev`. */
export const devCommand: Command = {
  name: 'dev',
  about: 'start a local S3, a signer and a page to try them',
  options: {
    port: {
      value: 'port',
      about: `port of the page and the signer; 0 for any (default: ${PORT}, or the next free one)`,
    },
    's3-port': {
      value: 'port',
      about: `port of the local S3; 0 for any (default: ${S3_PORT}, or the next free one)`,
    },
    host: HOST_OPTION,
    dir: { value: 'directory', about: `where objects are kept (default: ${DEFAULT_HOME})` },
    rules: { value: 'file', about: 'your own upload rules: a .ts or .js file that exports rules' },
  },
  run: runDev,
}

async function runDev(values: OptionValues, terminal: Terminal): Promise<number> {
  const given = values.rules === undefined ? DEV_RULES : await loadRules(values.rules)
  const { rules, names } = withLocalOwner(given)
  const host = openHost(values)
  const port = await choosePort(values, 'port', PORT)
  const s3Port = await choosePort(values, 's3-port', S3_PORT, [port.port])
  const home = await homeDirectory(values.dir)
  const { secret, notes } = await sealSecret(home)
  const server = await startDevServer({
    port: port.port,
    s3Port: s3Port.port,
    home,
    secret,
    rules,
    terminal,
    ...(host && { host }),
  })
  terminal.say()
  sayPortTaken(terminal, port, 'port')
  sayPortTaken(terminal, s3Port, 's3-port')
  terminal.say(`  Page     ${terminal.strong(`${server.url}/`)}`)
  terminal.say(`  Signer   ${terminal.strong(server.signerUrl)}`)
  sayBucket(terminal, server.s3Url)
  terminal.say(`  Kept in  ${home}`)
  terminal.say(`  Events   ${join(home, EVENTS_FILE)}`)
  const ownerLine = localOwnerLine(names)
  if (ownerLine) terminal.say(`  Rules    ${ownerLine}`)
  for (const note of notes) terminal.say(`\n  Note: ${note}`)
  sayOpen(terminal, host)
  return untilStopped(terminal, server.close)
}
