/**
 * `npm run bench -- <name>`: runs a benchmark and replaces its sections in `bench/RESULTS.md`.
 *
 * A benchmark is a folder whose `run.ts` exports `run`; add it to the table here. Its peers are
 * installed from `bench/peers/` at first use. `harness/` has the shared code.
 *
 * @module
 */

import { installPeers } from './harness/install-peers.ts'
import { type Section, writeSection } from './harness/results.ts'

interface Benchmark {
  readonly compares: string
  /** Loads the module. Its `run` may take long; it returns or yields the sections. */
  readonly load: () => Promise<{ run: () => Promise<Section> | AsyncIterable<Section> }>
}

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'cold-start': {
    compares: "a Lambda's first request, beside an empty handler, AWS SDK v3 and SDK v2",
    load: () => import('./cold-start/run.ts'),
  },
  lines: {
    compares: 'lines that an upload page takes, beside Better Upload, UploadThing and Uppy',
    load: () => import('./lines/run.ts'),
  },
  'local-s3': {
    compares: 'the local S3, beside a bare node:http pipe, s3rver, Ceph and Swift',
    load: () => import('./local-s3/run.ts'),
  },
  signing: {
    compares: 'CPU per presigned POST and per part URL, beside AWS SDK v3, minio-js and aws4fetch',
    load: () => import('./signing/run.ts'),
  },
  upload: {
    compares:
      'large and many files from Chromium and Node, beside Uppy, Better Upload and lib-storage',
    load: () => import('./upload/run.ts'),
  },
}

async function main(name: string | undefined): Promise<number> {
  const benchmark = name !== undefined && Object.hasOwn(BENCHMARKS, name) && BENCHMARKS[name]
  if (!name || !benchmark) {
    if (name) console.error(`there is no benchmark '${name}'`)
    console.error('npm run bench -- <name>, where <name> is one of')
    for (const [known, { compares }] of Object.entries(BENCHMARKS)) {
      console.error(`  ${known.padEnd(12)} ${compares}`)
    }
    return name ? 1 : 0
  }
  await installPeers()
  const { run } = await benchmark.load()
  const running = run()
  let allMet = true
  for await (const section of running instanceof Promise ? [running] : running) {
    console.log(writeSection(name, section))
    allMet &&= section.goals.every(({ met }) => met)
  }
  return allMet ? 0 : 1
}

process.exitCode = await main(process.argv[2])
