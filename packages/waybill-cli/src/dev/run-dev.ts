/**
 * Runs `waybill dev`. Only this command loads the file, because it loads the local S3 and the
 * signer.
 *
 * @module
 */

import { join } from 'node:path'
import type { OptionValues } from '@waybill/command-line/command-line'
import { hang } from '@waybill/command-line/fit-text'
import { homeDirectory } from '@waybill/command-line/home-directory'
import { openHost, sayOpen } from '@waybill/command-line/open-host'
import { choosePort, PAGE_PORT, S3_PORT, sayPortTaken } from '@waybill/command-line/port'
import { sayReady, stopSignal } from '@waybill/command-line/stop-signal'
import type { Terminal } from '@waybill/command-line/terminal'
import { BUCKET, LOCAL_CREDENTIALS, REGION } from 'strict-s3/internal/local-bucket'
import { loadRules } from '../rules-file.ts'
import { EVENTS_FILE } from './dev-events.ts'
import { DEV_RULES, localOwnerLine, withLocalOwner } from './dev-rules.ts'
import { startDevServer } from './dev-server.ts'
import { sealSecret } from './seal-secret.ts'

export async function runDev(values: OptionValues, terminal: Terminal): Promise<number> {
  const stopped = stopSignal(terminal)
  const given = values.rules === undefined ? DEV_RULES : await loadRules(values.rules)
  const { rules, names } = withLocalOwner(given)
  const host = openHost(values.host)
  const port = await choosePort(values.port, '--port', PAGE_PORT)
  const s3Port = await choosePort(values['s3-port'], '--s3-port', S3_PORT, [port.port])
  const home = await homeDirectory(values.dir)
  const { secret, notes } = await sealSecret(home)
  const nullOrigin = values['null-origin'] !== undefined
  const server = await startDevServer({
    port: port.port,
    s3Port: s3Port.port,
    home,
    secret,
    rules,
    terminal,
    ...(host && { host }),
    nullOrigin,
  })
  terminal.say()
  sayPortTaken(terminal, port, '--port')
  sayPortTaken(terminal, s3Port, '--s3-port')
  terminal.say(`  Page     ${terminal.strong(`${server.url}/`)}`)
  terminal.say(`  Signer   ${terminal.strong(server.signerUrl)}`)
  printBucket(terminal, server.s3Url)
  terminal.say(`  Kept in  ${home}`)
  terminal.say(`  Events   ${join(home, EVENTS_FILE)}`)
  if (nullOrigin) terminal.say('  With     pages from the origin null')
  const ownerLine = localOwnerLine(names)
  if (ownerLine) terminal.say(hang('  Rules    ', ownerLine, terminal.columns))
  for (const note of notes) terminal.say(`\n${hang('  Note: ', note, terminal.columns)}`)
  sayOpen(terminal, host)
  const cut = host === undefined ? ', or cut the connection halfway' : ''
  sayReady(
    terminal,
    `Open ${server.url}/ and drop a file on it. Then lie about it, and see S3 refuse${cut}. S3's responses and each file's verdict appear below.`,
  )
  await stopped
  await server.close()
  return 0
}

function printBucket(terminal: Terminal, endpoint: string): void {
  const { accessKeyId, secretAccessKey } = LOCAL_CREDENTIALS
  terminal.say(`  S3       ${terminal.strong(endpoint)}`)
  terminal.say(`           bucket ${BUCKET}, region ${REGION}`)
  terminal.say(`           access key ${accessKeyId}, secret ${secretAccessKey}`)
}
