/**
 * `npm run build`: the package as it is published. `dist/<room>` by the type checker (the local S3 made into one file),
 * `dist/demo` and `dist/lambda-assets` by esbuild. With `--if-missing` only where there is no `dist` yet, so
 * that `npm pack` never makes a package without it, nor pulls it away from under those who use it.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { buildDemo } from './build-demo.ts'
import { buildLambdas } from './build-lambdas.ts'
import { bundleLocalS3 } from './bundle-local-s3.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

if (process.argv.includes('--if-missing') && existsSync(`${root}/dist`)) process.exit()
await rm(`${root}/dist`, { recursive: true, force: true })
execFileSync(`${root}/node_modules/.bin/tsc`, ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
await bundleLocalS3(`${root}/dist`)
// npm does it for an installed package; this is for the clone.
await chmod(`${root}/dist/cli/main.js`, 0o755)
await buildDemo()
await buildLambdas()
