import type { Command } from '@waybill/command-line/command-line'
import { DEFAULT_HOME } from '@waybill/command-line/home-directory'
import { HOST_OPTION } from '@waybill/command-line/open-host'
import { S3_PORT } from '@waybill/command-line/port'

export const s3Command: Command = {
  name: 'strict-s3',
  about: 'an S3 for tests that refuses what AWS refuses',
  examples: [
    ['with one bucket and one key pair, which it prints', 'npx strict-s3'],
    ['on another port, with a log for programs', 'npx strict-s3 --port 9001 --log json'],
    [
      'from the AWS CLI, with the printed key pair in the environment',
      'aws --endpoint-url http://localhost:9000 s3 ls s3://uploads',
    ],
  ],
  docs: 'docs/reference/cli.md#strict-s3',
  options: {
    port: {
      value: 'port',
      about: `port; 0 for any (default: ${S3_PORT}, or the next free one)`,
    },
    host: HOST_OPTION,
    dir: {
      value: 'directory',
      about: `where objects are kept, shared with waybill dev (default: ${DEFAULT_HOME})`,
    },
    config: {
      value: 'file.json',
      about:
        'key pairs with their rights, buckets with their CORS rules, region, domains, pages of other sites that may send requests',
    },
    cors: {
      value: 'origins',
      about: 'origins whose pages may use the buckets, separated by commas (default: this machine)',
    },
    domain: {
      value: 'names',
      about: 'hosts below which bucket.host is a bucket, separated by commas, besides localhost',
    },
    cert: { value: 'file.pem', about: 'certificate; with --key serves HTTPS' },
    key: { value: 'file.pem', about: 'private key of the certificate' },
    log: { value: 'text|json', about: 'log each request as a line of text or as a JSON object' },
  },
  run: async (...given) => (await import('./run-s3.ts')).runS3(...given),
}
