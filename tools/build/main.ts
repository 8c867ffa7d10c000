/**
 * `npm run build`: builds the package as it is published. The compiler writes `dist/<room>` (the
 * local S3 is bundled into one file, the element with its library into another), esbuild writes
 * `dist/element.js`, `dist/demo` and `dist/lambda-assets`. With
 * `--if-missing` it builds only if there is no `dist`: `npm pack` needs one, but must not replace
 * one that is in use.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { buildDemo } from './demo.ts'
import { bundleElement } from './element.ts'
import { buildLambdas } from './lambdas.ts'
import { bundleLocalS3 } from './local-s3.ts'
import { bundleZip } from './zip.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

if (process.argv.includes('--if-missing') && existsSync(`${root}/dist`)) process.exit()
await rm(`${root}/dist`, { recursive: true, force: true })
// Not `.bin/tsc`, which Windows starts only in a shell.
const tsc = [`${root}/node_modules/typescript/bin/tsc`, '-p', 'tsconfig.build.json']
execFileSync(process.execPath, tsc, { cwd: root, stdio: 'inherit' })
await bundleLocalS3(`${root}/dist`)
await bundleElement(`${root}/dist`)
await bundleZip(`${root}/dist`)
// For a clone; npm does this for an installed package.
await chmod(`${root}/dist/cli/main.js`, 0o755)
await buildDemo()
await buildLambdas()
