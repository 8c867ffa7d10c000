/**
 * `waybill smoke store`, which runs all store probes.
 *
 * @module
 */

import { CommandFailure, usageFailure } from '@waybill/command-line/command-failure'
import type { OptionValues } from '@waybill/command-line/command-line'
import type { Terminal } from '@waybill/command-line/terminal'
import { toHex } from 'waybill-s3/internal/digest'
import { profileAccess } from '../account/profile-access.ts'
import { seenByProbe } from './point.ts'
import { cannotStore, STORE_PROBES } from './probe/store-probes.ts'
import { removeRuns, SMOKE_FOLDER } from './smoke-objects.ts'
import { printJson, printRow, printTotals, type Row } from './smoke-table.ts'
import { storeContext } from './start-smoke.ts'

/** Advice for stores that do not behave like AWS, by probe name. */
const SETTINGS: Readonly<Record<string, string>> = {
  form: "singleRequest: 'put' of the signer",
  'form-fields': "do not let it take forms: singleRequest: 'put'",
  'form-type': "do not let it take forms: singleRequest: 'put'",
  'form-size': "do not let it take forms: singleRequest: 'put'",
  'form-checksum':
    'nothing, but a form that is used again can store other bytes; additionalChecksums: false where it refuses the field',
  'form-tags': 'pendingTag: false of the signer',
  'form-limit': 'short names and metadata',
  'put-headers': "singleRequest: 'post', and two identities (serverCredentials)",
  'put-length': "singleRequest: 'post'; sizes are then compared on completion only",
  'put-checksum': 'additionalChecksums: false where it refuses the header',
  'put-if-none-match': 'conditionalWrites: false of the signer',
  'put-tags': 'pendingTag: false of the signer',
  versions: 'turn versions on, where the store has them',
  'multipart-checksum': 'nothing: the signer does without, and compares sizes',
  'multipart-if-none-match': 'nothing: the signer looks before it completes',
  'complete-twice': 'nothing known: open an issue with this row',
  'cors-refusals': 'nothing: a page cannot tell a refusal from a broken line',
}

export async function runStoreProbes(values: OptionValues, terminal: Terminal): Promise<number> {
  const { bucket, profile, addressing, origin } = values
  if (bucket === undefined) throw usageFailure('smoke store needs --bucket')
  const access = await profileAccess({ profile, region: values.region })
  const endpoint =
    values.endpoint ?? process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL
  const s3 = storeContext({
    bucket,
    ...access,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(addressing === undefined ? {} : { addressing: readAddressing(addressing) }),
  })
  const folder = `${SMOKE_FOLDER}${toHex(s3.randomBytes(16))}/`
  const store = { s3, folder, ...(origin === undefined ? {} : { origin }) }
  const problem = await cannotStore(store)
  if (problem !== undefined) throw new CommandFailure(`the store stores no object: ${problem}`)
  const isJson = values.json !== undefined
  const rows: Row[] = []
  try {
    for (const probe of STORE_PROBES) {
      const seen = seenByProbe(await probe.ask(store))
      const change = SETTINGS[probe.name] ?? ''
      const row = {
        name: String(rows.length + 1),
        title: probe.asks,
        sent: probe.sent,
        change,
        ...seen,
      }
      rows.push(row)
      if (!isJson) printRow(terminal, row)
    }
  } finally {
    const cleanUp = await removeRuns(s3, values.clean === undefined ? folder : SMOKE_FOLDER)
    if (isJson) printJson(terminal, rows, cleanUp)
    else printTotals(terminal, rows, cleanUp)
  }
  return 0
}

function readAddressing(value: string): 'path' | 'virtual' {
  if (value === 'path' || value === 'virtual') return value
  throw usageFailure(`--addressing is '${value}', expected path or virtual`)
}
