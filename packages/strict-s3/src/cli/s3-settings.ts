import type { CommandOptions } from '@waybill/command-line/command-line'
import { DEFAULT_HOME } from '@waybill/command-line/home-directory'
import { HOST_OPTION } from '@waybill/command-line/open-host'
import { S3_PORT } from '@waybill/command-line/port'

/** Shown in the help and when the server starts. */
export const PURPOSE = 'only for tests, never for production'

/**
 * All options and environment variables, grouped as in `--help` and the manual. Variables with a
 * general name, such as `LOG`, have a prefix, because they would collide with other programs'.
 */
export const S3_SECTIONS = {
  Address: {
    port: {
      value: 'port',
      env: ['PORT'],
      about: `port; 0 for any free one (default: ${S3_PORT}, or the next free one)`,
    },
    host: { ...HOST_OPTION, env: ['STRICT_S3_HOST'] },
    domain: {
      value: 'names',
      env: ['DOMAIN', 'MINIO_DOMAIN'],
      about: 'hosts whose subdomains are buckets, separated by commas, besides localhost',
    },
    cert: {
      value: 'file.pem',
      env: ['STRICT_S3_CERT'],
      about: 'certificate; with --key, the server uses HTTPS',
    },
    key: {
      value: 'file.pem',
      env: ['STRICT_S3_KEY'],
      about: 'private key of the certificate',
    },
  },
  'Key pair': {
    'access-key-id': {
      value: 'id',
      env: ['AWS_ACCESS_KEY_ID', 'MINIO_ROOT_USER'],
      about: 'key pair that may sign requests (default: waybill-local, which everyone knows)',
    },
    'secret-access-key': {
      value: 'secret',
      env: ['AWS_SECRET_ACCESS_KEY', 'MINIO_ROOT_PASSWORD'],
      about: 'its secret; other users of this machine can see options, but not variables',
    },
    'session-token': {
      value: 'token',
      env: ['AWS_SESSION_TOKEN'],
      about: 'session token that requests signed with the key pair must have (default: none)',
    },
  },
  Buckets: {
    buckets: {
      value: 'names',
      env: ['BUCKETS', 'MINIO_DEFAULT_BUCKETS'],
      about:
        'buckets to create, separated by commas; anyone may read the objects of name:public (default: uploads)',
    },
    seed: {
      value: 'directory',
      env: ['STRICT_S3_SEED'],
      about:
        'files to store at the start, as <directory>/<bucket>/<key>; objects that exist are kept',
    },
    region: {
      value: 'region',
      env: ['REGION', 'MINIO_SITE_REGION', 'MINIO_REGION'],
      about: 'region, or several separated by commas (default: us-east-1)',
    },
    cors: {
      value: 'origins',
      env: ['STRICT_S3_CORS'],
      about:
        'origins whose pages may use the buckets, separated by commas (default: pages of this machine)',
    },
  },
  Storage: {
    dir: {
      value: 'directory',
      env: ['DATA_DIR'],
      about: `where objects are kept, shared with waybill dev (default: ${DEFAULT_HOME})`,
    },
    memory: { env: ['MEMORY'], about: 'keep objects in memory: MEMORY=1 overrides DATA_DIR' },
  },
  'Faults, events and administration': {
    faults: {
      value: 'rules',
      env: ['FAULTS'],
      about:
        "faults to inject, for example 'SlowDown,operation=PutObject,chance=0.1' (default: none)",
    },
    webhook: {
      value: 'urls',
      env: ['STRICT_S3_WEBHOOK'],
      about:
        'where events of buckets with notifications are sent: a URL for all, or arn=url, separated by commas',
    },
    'admin-key': {
      value: 'key',
      env: ['ADMIN_KEY'],
      about:
        'key for /_admin, which sets faults, moves the clock and resets the server (default: no /_admin)',
    },
  },
  'Log and configuration': {
    log: {
      value: 'text|json',
      env: ['STRICT_S3_LOG'],
      about: 'log each request as a line of text or as a JSON object (default: text)',
    },
    config: {
      value: 'file.json',
      env: ['STRICT_S3_CONFIG'],
      about:
        'key pairs with their rights, buckets with their CORS rules, region, domains, faults, and pages that may send requests; options and variables override it',
    },
  },
} satisfies Readonly<Record<string, CommandOptions>>

export const S3_SETTINGS = {
  ...S3_SECTIONS.Address,
  ...S3_SECTIONS['Key pair'],
  ...S3_SECTIONS.Buckets,
  ...S3_SECTIONS.Storage,
  ...S3_SECTIONS['Faults, events and administration'],
  ...S3_SECTIONS['Log and configuration'],
}
