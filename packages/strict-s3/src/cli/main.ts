#!/usr/bin/env node
import { runProgram } from '@waybill/command-line/run-program'
import { s3Command } from './s3-command.ts'

await runProgram(s3Command, new URL('../../package.json', import.meta.url))
