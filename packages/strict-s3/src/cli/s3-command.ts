import type { Command } from '@waybill/command-line/command-line'
import { DEFAULT_HOME } from '@waybill/command-line/home-directory'
import { HOST_OPTION } from '@waybill/command-line/open-host'
import { S3_PORT } from '@waybill/command-line/port'

export const s3Command: Command = {
  name: 'strict-s3',
  about: 'an S3 for tests that refuses what AWS refuses',
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
        'key pairs with their rights, buckets with their CORS rules, region, domains,\npages of other sites that may send requests',
    },
    cors: {
      value: 'origins',
      about:
        'origins whose pages may use the buckets, separated by commas\n(default: this machine)',
    },
    domain: {
      value: 'names',
      about: 'hosts below which bucket.host is a bucket, separated by commas,\nbesides localhost',
    },
    cert: { value: 'file.pem', about: 'certificate; with --key serves HTTPS' },
    key: { value: 'file.pem', about: 'private key of the certificate' },
    log: { value: 'text|json', about: 'log each request as a line of text or as a JSON object' },
  },
  run: async (...given) => (await import('./run-s3.ts')).runS3(...given),
}
