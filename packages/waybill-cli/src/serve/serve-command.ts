import type { Command, CommandOptions } from '@waybill/command-line/command-line'
import { PAGE_PORT } from '@waybill/command-line/port'
import { readSettings } from '@waybill/command-line/settings'

const OPTIONS: CommandOptions = {
  port: {
    value: 'port',
    env: ['PORT'],
    about: `port; 0 for any free one (default: ${PAGE_PORT})`,
  },
  host: {
    value: 'address',
    env: ['WAYBILL_HOST'],
    about: 'address to listen on; 0.0.0.0 for all (default: 127.0.0.1)',
  },
  rules: {
    value: 'file',
    about: 'upload rules: JSON, or a .ts or .js file that exports rules (default: WAYBILL_RULES)',
  },
  'base-path': {
    value: 'path',
    env: ['WAYBILL_BASE_PATH'],
    about: "path of the signer's URL, for example /uploads (default: none)",
  },
}

export const serveCommand: Command = {
  name: 'waybill serve',
  about: 'run a signer for your bucket',
  examples: [
    [
      'a signer for a page behind a reverse proxy; its settings are environment variables',
      'npx waybill serve --rules rules.json --base-path /uploads',
    ],
    ['in a container', 'npx waybill serve --host 0.0.0.0'],
  ],
  docs: 'docs/operate/serve.md',
  options: OPTIONS,
  run: async (values, terminal) => {
    const { runServe } = await import('./run-serve.ts')
    return runServe(readSettings(OPTIONS, values, process.env), terminal)
  },
}
