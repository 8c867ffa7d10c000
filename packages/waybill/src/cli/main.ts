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
  },
  new URL('../../package.json', import.meta.url),
)
