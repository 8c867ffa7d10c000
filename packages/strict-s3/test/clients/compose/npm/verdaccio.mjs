import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { credentials, endpoint, makeBucket, region } from './buckets.js'

const verdaccio = join(
  dirname(createRequire(import.meta.url).resolve('verdaccio/package.json')),
  'bin/verdaccio',
)
const address = '127.0.0.1:4873'
const registry = `http://${address}/`
const run = promisify(execFile)

function npm(...args) {
  return run('npm', [...args, '--registry', registry], { cwd: 'package' })
}

async function serve(bucket, use) {
  const config = {
    store: {
      'aws-s3-storage': { bucket, region, endpoint, s3ForcePathStyle: true, ...credentials },
    },
    auth: { htpasswd: { file: './htpasswd' } },
    packages: { '**': { access: '$all', publish: '$all', unpublish: '$all' } },
    log: { type: 'stdout', format: 'json', level: 'http' },
  }
  writeFileSync('config.yaml', JSON.stringify(config))
  const stdio = ['ignore', 'pipe', 'inherit']
  const args = [verdaccio, '--config', 'config.yaml', '--listen', address]
  const server = spawn(process.execPath, args, { stdio })
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes('http address')) break
  }
  server.stdout.resume()
  try {
    await use()
  } finally {
    server.kill()
  }
}

mkdirSync('package')
writeFileSync('package/package.json', JSON.stringify({ name: 'published', version: '1.0.0' }))
writeFileSync('package/.npmrc', `registry=${registry}\n//${address}/:_authToken=any\n`)
await makeBucket('verdaccio')
await serve('verdaccio', async () => {
  await npm('publish')
  await npm('dist-tag', 'add', 'published@1.0.0', 'beta')
  assert.equal((await npm('pack', 'published@beta')).stdout.trim(), 'published-1.0.0.tgz')
  await npm('unpublish', '--force', 'published')
  await assert.rejects(npm('view', 'published'), /404/)
})
