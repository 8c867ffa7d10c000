/**
 * `npm run build`: builds the packages as published, each into its `dist`, in dependency order. The
 * compiler writes the modules. Then strict-s3, the element, the demo and the Lambda functions are
 * bundled, with a list of the libraries they contain. With `--if-changed`, builds only if a source
 * has changed.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { chmod, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { buildDemo } from '../../demo/build.ts'
import { compileIn } from './command-line.ts'
import { bundleElement } from './element.ts'
import { buildOnce, isBuilt } from './fresh.ts'
import { buildLambdas } from './lambdas.ts'
import { bundleLibrary } from './library.ts'
import { writeNotices } from './notices.ts'
import { bundleStrictS3 } from './strict-s3.ts'

const ROOT = resolve(import.meta.dirname, '../..')

async function compile(name: string): Promise<string> {
  const dist = join(ROOT, 'packages', name, 'dist')
  await rm(dist, { recursive: true, force: true })
  const project = join(ROOT, 'packages', name, 'tsconfig.build.json')
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' })
  return dist
}

await buildOnce(
  () => !(process.argv.includes('--if-changed') && isBuilt()),
  async () => {
    await compile('command-line')
    await compile('waybill-s3')

    const strictS3 = await compile('strict-s3')
    await compileIn(strictS3)
    const inStrictS3 = await bundleStrictS3(strictS3)

    const waybill = await compile('waybill')
    const inElement = await bundleElement(waybill)
    const inArrival = await bundleLibrary(waybill, 'arrival/file-type.js')

    const aws = await compile('waybill-aws')
    const inZip = await bundleLibrary(aws, 'cdk/template/functions-zip.js')

    const cli = await compile('waybill-cli')
    await compileIn(cli)
    const inDemo = await buildDemo()

    // A clone needs this. For an installed package, npm does it.
    await chmod(join(strictS3, 'cli/main.js'), 0o755)
    await chmod(join(cli, 'main.js'), 0o755)
    const { signer, arrival } = await buildLambdas()

    writeNotices(join(strictS3, '..'), inStrictS3)
    writeNotices(join(waybill, '..'), [...inElement, ...inArrival])
    writeNotices(join(cli, '..'), inDemo)
    writeNotices(join(aws, '..'), [...inZip, ...signer.modules, ...arrival.modules])
  },
)
