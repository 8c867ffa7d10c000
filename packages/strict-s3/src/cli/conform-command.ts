import type { Command } from '@waybill/command-line/command-line'
import { CONFORM_SETTINGS } from './conform-settings.ts'

export const conformCommand: Command = {
  name: 'strict-s3 conform',
  about:
    'compare a server with AWS, case by case. It creates buckets named conformance-…, one at a time, and removes them',
  examples: [
    ['a report about another server', 'npx strict-s3 conform --endpoint http://localhost:9000'],
    [
      'only the cases about presigned URLs, for programs',
      'npx strict-s3 conform --endpoint http://localhost:9000 --only presigned --json',
    ],
    ['AWS itself', 'npx strict-s3 conform --endpoint https://s3.amazonaws.com --yes'],
  ],
  docs: 'docs/reference/cli.md#strict-s3-conform',
  options: CONFORM_SETTINGS,
  run: async (...given) => (await import('../conformance/run-conform.ts')).runConform(...given),
}
