import type { Command } from '@waybill/command-line/command-line'
import { S3_PORT } from '@waybill/command-line/port'

export const healthCommand: Command = {
  name: 'strict-s3 health',
  about: 'check that a server is ready, as the health command of a container',
  examples: [
    ['the server in the same container', 'strict-s3 health'],
    ['another one', 'strict-s3 health --endpoint http://s3:9000'],
  ],
  docs: 'docs/command-line.md#health-checks',
  options: {
    endpoint: {
      value: 'url',
      about: `the server (default: this machine, with the port in PORT or ${S3_PORT})`,
    },
  },
  run: async (values, terminal) => (await import('./run-health.ts')).runHealth(values, terminal),
}
