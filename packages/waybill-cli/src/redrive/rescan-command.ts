import type { Command } from '@waybill/command-line/command-line'
import { ACCESS_OPTIONS } from '../account/aws-access.ts'

/** Newer objects may still be waiting for their event. */
const OLDER_THAN_MINUTES = 15

export const rescanCommand: Command = {
  name: 'waybill rescan',
  about: 'find objects without a verdict on AWS and have them judged',
  examples: [
    ['which objects have no verdict', 'npx waybill rescan --function arrival --dry-run'],
    ['judge them', 'npx waybill rescan --function arrival'],
  ],
  docs: 'docs/operate/scale/redrive.md#waybill-rescan',
  options: {
    function: { value: 'name', about: 'name or ARN of the arrival function' },
    prefix: { value: 'prefix', about: "prefix of the keys (default: the function's)" },
    'older-than': {
      value: 'minutes',
      about: `skip objects that are newer (default: ${OLDER_THAN_MINUTES})`,
    },
    ...ACCESS_OPTIONS,
    'dry-run': { about: 'print the objects without a verdict, but judge none' },
  },
  run: async (values, terminal) => {
    const { runRescan } = await import('./run-rescan.ts')
    return runRescan({ 'older-than': String(OLDER_THAN_MINUTES), ...values }, terminal)
  },
}
