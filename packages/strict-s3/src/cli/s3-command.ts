import type { Command } from '@waybill/command-line/command-line'
import { healthCommand } from './health-command.ts'
import { PURPOSE, S3_SECTIONS, S3_SETTINGS } from './s3-settings.ts'

export const s3Command: Command = {
  name: 'strict-s3',
  about: `an S3 server, ${PURPOSE}. It rejects what AWS rejects.`,
  examples: [
    ['with one bucket and one key pair, which it prints', 'npx strict-s3'],
    [
      'in memory, with two buckets; anyone can read the second',
      'npx strict-s3 --memory --buckets uploads,images:public',
    ],
    [
      'on a free port, for a program that reads the first line',
      'npx strict-s3 --port 0 --log json',
    ],
    [
      'from the AWS CLI, with the printed key pair in the environment',
      'aws --endpoint-url http://localhost:9000 s3 ls s3://uploads',
    ],
  ],
  docs: 'docs/command-line.md',
  options: S3_SETTINGS,
  sections: S3_SECTIONS,
  commands: [healthCommand],
  run: async (values, terminal, packageJson) =>
    (await import('./run-s3.ts')).runS3(values, terminal, packageJson),
}
