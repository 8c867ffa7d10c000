import type { Command } from '@waybill/command-line/command-line'
import { ACCESS_OPTIONS } from '../account/aws-access.ts'

export const doctorCommand: Command = {
  name: 'waybill doctor',
  about: 'find out why uploads do not work, and what to change',
  examples: [
    [
      'a new bucket, made ready for a page',
      'npx waybill doctor --bucket uploads --origin https://app.example.com --fix',
    ],
    [
      'a signer, as a page sees it',
      'npx waybill doctor --signer https://app.example.com/api/uploads',
    ],
    ['a deployed stack', 'npx waybill doctor --stack Uploads --profile me'],
    [
      'a store that is not AWS',
      'npx waybill doctor --bucket uploads --endpoint https://s3.example.com',
    ],
  ],
  docs: 'docs/operate/doctor.md',
  options: {
    bucket: { value: 'name', about: 'bucket to examine with your keys' },
    signer: { value: 'url', about: 'signer to examine, without keys' },
    stack: {
      value: 'name',
      about:
        'stack to examine, with the outputs SignerUrl and BucketName, optionally SiteUrl and DeliveryUrl',
    },
    origin: { value: 'url', about: 'origin of the pages that upload' },
    fix: { about: 'show what CORS, lifecycle rules and public access block lack, ask, write it' },
    yes: { about: 'with --fix: do not ask' },
    ...ACCESS_OPTIONS,
    endpoint: { value: 'url', about: 'URL of a store that is not AWS' },
    addressing: { value: 'path|virtual', about: 'how to address that store (default: path)' },
    prefix: { value: 'prefix', about: 'prefix of keys that your keys are limited to' },
    delivery: { value: 'url', about: "CloudFront's URL for objects, instead of the output" },
    rule: { value: 'name', about: 'upload rule to use (default: the first that accepts a sample)' },
    wait: { value: 'seconds', about: 'how long to wait for a verdict (default: 120)' },
    record: { value: 'file', about: 'also write what was seen to this file, without secrets' },
    json: { about: 'print one JSON document' },
    clean: { about: 'also remove the objects of earlier runs' },
  },
  run: async (values, terminal) => (await import('./doctor.ts')).runDoctor(values, terminal),
}
