import type { Command } from '@waybill/command-line/command-line'
import { ACCESS_OPTIONS } from '../account/aws-access.ts'

export const redriveCommand: Command = {
  name: 'waybill redrive',
  about: 'retry the objects that the arrival function could not judge on AWS',
  examples: [
    ['which events wait in the queue', 'npx waybill redrive --function arrival --dry-run'],
    ['judge their objects again', 'npx waybill redrive --function arrival'],
  ],
  docs: 'docs/operate/scale/redrive.md#waybill-redrive',
  options: {
    function: { value: 'name', about: 'name or ARN of the arrival function' },
    queue: {
      value: 'url',
      about: "URL or ARN of the dead-letter queue (default: the function's)",
    },
    ...ACCESS_OPTIONS,
    'dry-run': { about: 'print the events and leave them in the queue' },
  },
  run: async (values, terminal) => (await import('./run-redrive.ts')).runRedrive(values, terminal),
}
