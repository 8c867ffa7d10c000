import type { Command, CommandOptions } from '@waybill/command-line/command-line'
import { readSettings } from '@waybill/command-line/settings'

const OPTIONS: CommandOptions = {
  to: { value: 'url', about: "the signer's URL" },
  rule: { value: 'name', about: 'upload rule (can be omitted if the signer has only one)' },
  token: {
    value: 'token',
    env: ['WAYBILL_TOKEN'],
    about:
      'bearer token for the signer. Other users of this machine can see it in the list of ' +
      'processes, so prefer the variable or --token-command',
  },
  'token-command': {
    value: 'command',
    about: 'command that prints the token. It runs again if the signer no longer accepts the token',
  },
  receipts: {
    value: 'file',
    about: 'also write the receipts to this file, as lines of JSON, when all files have ended',
  },
  json: { about: 'print one line of JSON for each file, and nothing else' },
}
export const putCommand: Command = {
  name: 'waybill put',
  about: 'upload files and folders from a terminal or a script',
  operands: 'files, folders, patterns',
  examples: [
    ['a file', 'npx waybill put film.mp4 --to https://app.example.com/api/uploads'],
    ['a folder', 'npx waybill put photos --to https://app.example.com/api/uploads --rule photos'],
    [
      'for a script: one line of JSON for each file',
      "npx waybill put '*.csv' --to https://app.example.com/api/uploads --json",
    ],
  ],
  docs: 'docs/guide/scripts-and-agents.md',
  options: OPTIONS,
  run: async (values, terminal, _packageJson, operands) => {
    const { runPut } = await import('./run-put.ts')
    return runPut(readSettings(OPTIONS, values, process.env), terminal, operands)
  },
}
