#!/usr/bin/env node

import { runProgram } from '@waybill/command-line/run-program'
import { devCommand } from './dev/dev-command.ts'
import { secretCommand } from './secret-command.ts'
import { smokeCommand } from './smoke/smoke-command.ts'

await runProgram(
  {
    name: 'waybill',
    about: 'upload from browsers directly to an S3 bucket',
    commands: [devCommand, secretCommand, smokeCommand],
    examples: [['try it on this machine', 'npx waybill dev']],
    docs: 'docs/reference/cli.md',
  },
  new URL('../../package.json', import.meta.url),
)
