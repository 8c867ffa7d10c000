import type { Command } from '@waybill/command-line/command-line'
import { DEFAULT_HOME } from '@waybill/command-line/home-directory'
import { HOST_OPTION } from '@waybill/command-line/open-host'
import { PAGE_PORT, S3_PORT } from '@waybill/command-line/port'

export const devCommand: Command = {
  name: 'waybill dev',
  about: 'start a local S3, a signer and a page to try them out',
  examples: [
    ['everything, with a rule that accepts most files', 'npx waybill dev'],
    ['your own upload rules', 'npx waybill dev --rules rules.ts'],
    ['from a phone on the same network', 'npx waybill dev --host'],
  ],
  docs: 'docs/reference/cli.md#waybill-dev',
  options: {
    port: {
      value: 'port',
      about: `port of the page and the signer; 0 for any (default: ${PAGE_PORT}, or the next free one)`,
    },
    's3-port': {
      value: 'port',
      about: `port of the local S3; 0 for any (default: ${S3_PORT}, or the next free one)`,
    },
    host: HOST_OPTION,
    'null-origin': {
      about:
        'answer pages without an origin too: opened from disk (file://), but also ' +
        'sandboxed frames of any site',
    },
    dir: { value: 'directory', about: `where objects are stored (default: ${DEFAULT_HOME})` },
    rules: {
      value: 'file',
      about: 'your own upload rules: a .ts or .js file that exports rules, or JSON',
    },
  },
  run: async (values, terminal) => (await import('./run-dev.ts')).runDev(values, terminal),
}
