/**
 * `waybill secret` creates a secret for a signer. `waybill secret receipt-key` derives the key that
 * another server needs to read receipts.
 *
 * @module
 */

import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { messageOf, usageFailure } from '@waybill/command-line/command-failure'
import type { Command, OptionValues } from '@waybill/command-line/command-line'
import type { Terminal } from '@waybill/command-line/terminal'
import { deriveReceiptKey } from 'waybill/signer'

const SECRET_BYTES = 32

export const secretCommand: Command = {
  name: 'waybill secret',
  about: 'create a secret for a signer',
  topics: {
    'receipt-key':
      'read a secret from standard input and print the key of its receipts, for a server that ' +
      'reads receipts and is not the signer. Whoever has the key can also make receipts',
  },
  examples: [
    ['a secret for the signer', 'echo "WAYBILL_SECRET=$(npx waybill secret)" >> .env'],
    [
      'the key for another server that reads its receipts',
      'echo "$WAYBILL_SECRET" | npx waybill secret receipt-key',
    ],
  ],
  docs: 'docs/reference/cli.md#waybill-secret',
  options: {},
  run: runSecret,
}

async function runSecret({ topic }: OptionValues, terminal: Terminal): Promise<number> {
  terminal.say(topic === undefined ? makeSecret() : await receiptKeyOf(process.stdin))
  return 0
}

function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString('hex')
}

/** Reads the secret from a pipe, because a command line is saved in the shell's history. */
async function receiptKeyOf(stdin: NodeJS.ReadStream): Promise<string> {
  if (stdin.isTTY) {
    throw usageFailure('receipt-key reads a secret from standard input: pipe it in')
  }
  try {
    return await deriveReceiptKey((await text(stdin)).trim())
  } catch (error) {
    if (error instanceof RangeError) throw usageFailure(messageOf(error))
    throw error
  }
}
