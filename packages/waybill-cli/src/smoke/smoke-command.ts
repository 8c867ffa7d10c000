/**
 * `waybill smoke` tests a deployment from outside, because no emulator can show what AWS does.
 * `waybill smoke store` tests what an S3-compatible store enforces.
 *
 * @module
 */

import type { Command } from '@waybill/command-line/command-line'

export const smokeCommand: Command = {
  name: 'waybill smoke',
  about: 'test an AWS deployment, or a store, from outside',
  topics: {
    store:
      'ask an S3-compatible store what it enforces: forms, signed headers, checksums, ' +
      'conditional writes, tags (--bucket, --endpoint)',
  },
  examples: [
    ['a stack that you have deployed', 'npx waybill smoke --profile me --stack Uploads'],
    [
      'a store that is not AWS',
      'npx waybill smoke store --bucket uploads --endpoint https://s3.example.com',
    ],
  ],
  docs: 'waybill-cli/docs/reference/cli.md#waybill-smoke',
  options: {
    profile: {
      value: 'name',
      about:
        "profile of the AWS command line (default: the environment's keys, else the default profile)",
    },
    region: { value: 'name', about: "region (default: the environment's, else the profile's)" },
    stack: {
      value: 'name',
      about:
        'stack with the outputs SignerUrl and BucketName, optionally SiteUrl and DeliveryUrl (default: WaybillDemo)',
    },
    signer: { value: 'url', about: "the signer's URL, instead of the output" },
    bucket: { value: 'name', about: 'the bucket, instead of the output' },
    origin: { value: 'url', about: 'origin of the pages, instead of the output' },
    delivery: { value: 'url', about: "CloudFront's URL for objects, instead of the output" },
    rule: { value: 'name', about: 'upload rule to use (default: the first that accepts a sample)' },
    wait: { value: 'seconds', about: 'how long to wait for a verdict (default: 120)' },
    endpoint: { value: 'url', about: 'URL of an S3-compatible store' },
    addressing: { value: 'path|virtual', about: 'how to address that store (default: path)' },
    clean: { about: 'also remove the objects of earlier runs' },
    json: { about: 'print one JSON document' },
  },
  run: async (values, terminal) => (await import('./run-smoke.ts')).runSmoke(values, terminal),
}
