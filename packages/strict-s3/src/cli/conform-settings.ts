import type { CommandOption } from '@waybill/command-line/command-line'

export const CONFORM_SETTINGS = {
  endpoint: { value: 'url', about: 'address of the server (required)' },
  region: { value: 'region', env: ['AWS_REGION'], about: 'its region (default: us-east-1)' },
  'access-key-id': {
    value: 'id',
    env: ['AWS_ACCESS_KEY_ID'],
    about: 'key pair that may do everything (default: waybill-local)',
  },
  'secret-access-key': {
    value: 'secret',
    env: ['AWS_SECRET_ACCESS_KEY'],
    about: 'its secret; other users of this machine can see options, but not variables',
  },
  'session-token': {
    value: 'token',
    env: ['AWS_SESSION_TOKEN'],
    about: 'its session token (default: none); the variable only counts with AWS_ACCESS_KEY_ID',
  },
  only: { value: 'text', about: 'only cases whose category or title contains this text' },
  json: { about: 'print the report as JSON instead of Markdown' },
  record: {
    value: 'file.json',
    about: 'also write what the server answered, without secrets, signatures and account ids',
  },
  yes: { about: 'run against AWS, which costs a few cents, or elsewhere with a key of AWS' },
} satisfies Readonly<Record<string, CommandOption>>
