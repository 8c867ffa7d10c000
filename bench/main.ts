/**
 * `npm run bench -- <name>`: runs a benchmark and replaces its sections in `bench/RESULTS.md`.
 *
 * `all` runs every one, within 75 minutes on two cores; `redraw` only draws the pictures again.
 *
 * A benchmark is a folder whose `run.ts` exports `run`; add it to the table here. Its peers are
 * installed from `bench/peers/` at first use. `harness/` has the shared code.
 *
 * @module
 */

import { installPeers } from './harness/install-peers.ts'
import { redrawPictures, type Section, writeSection } from './harness/results.ts'

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
  element: {
    compares: 'thousands of files in `<waybill-upload>`, beside the list that it draws',
    load: () => import('./element/run.ts'),
  },
  'first-byte': {
    compares: 'round trips from upload() to the first byte of the file, cold and warm',
    load: () => import('./first-byte/run.ts'),
  },
  http: {
    compares: "a server's CPU per create over HTTP, beside signers by hand, Fastify and AWS SDK v3",
    load: () => import('./http/run.ts'),
  },
  lines: {
    compares: 'lines that an upload page takes, beside Better Upload, UploadThing and Uppy',
    load: () => import('./lines/run.ts'),
  },
  'local-s3': {
    compares: 'the local S3, beside a bare node:http pipe, s3rver, Ceph and Swift',
    load: () => import('./local-s3/run.ts'),
  },
  'many-files': {
    compares: 'small files and their memory, beside bare fetch, Uppy, Better Upload, lib-storage',
    load: () => import('./many-files/run.ts'),
  },
  parts: {
    compares: "the signer's CPU for resuming and completing 1,000, 3,000 and 10,000 parts",
    load: () => import('./parts/run.ts'),
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
  if (name === 'redraw') {
    redrawPictures()
    return 0
  }
  const names = name === 'all' ? Object.keys(BENCHMARKS) : [name ?? '']
  const unknown = names.find((each) => !Object.hasOwn(BENCHMARKS, each))
  if (unknown !== undefined) {
    if (name) console.error(`there is no benchmark '${name}'`)
    printUsage()
    return name ? 1 : 0
  }
  await installPeers()
  const times: string[] = []
  let allMet = true
  for (const each of names) {
    let started = performance.now()
    for await (const section of sectionsOf(each)) {
      console.log(writeSection(each, section))
      allMet &&= section.goals.every(({ met }) => met)
      const minutes = (performance.now() - started) / 60_000
      times.push([each, section.option, `${minutes.toFixed(1)} min`].filter(Boolean).join(' '))
      started = performance.now()
    }
  }
  console.log(`It took: ${times.join(', ')}`)
  return allMet ? 0 : 1
}

async function* sectionsOf(name: string): AsyncGenerator<Section> {
  const benchmark = await BENCHMARKS[name]?.load()
  const running = benchmark?.run() ?? []
  if (running instanceof Promise) yield running
  else yield* running
}

function printUsage(): void {
  console.error('npm run bench -- <name>, where <name> is one of')
  const commands = Object.entries(BENCHMARKS).map(([name, { compares }]) => [name, compares])
  commands.push(['all', 'all of these, one after another'])
  commands.push(['redraw', 'nothing: draws the pictures of RESULTS.md again, from its tables'])
  for (const [name = '', what] of commands) console.error(`  ${name.padEnd(12)} ${what}`)
}

process.exitCode = await main(process.argv[2])
