/**
 * The limit: writes bodies to files and files to bodies, and nothing else. A form is stored as it
 * came.
 */

import { createReadStream, createWriteStream, mkdirSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const [directory = '', bucket = ''] = process.argv.slice(2)
mkdirSync(join(directory, bucket))

async function answer(request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://pipe')
  const key = request.method === 'POST' ? 'posted' : basename(pathname)
  const file = join(directory, bucket, `object-${key}`)
  if (request.method === 'GET') {
    const { size } = await stat(file)
    response.setHeader('content-length', size)
    await pipeline(createReadStream(file), response)
  } else if (request.method === 'DELETE') {
    await rm(file)
    response.writeHead(204).end()
  } else {
    await pipeline(request, createWriteStream(file))
    response.writeHead(request.method === 'POST' ? 204 : 200).end()
  }
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => response.writeHead(404).end())
}).listen(0, '127.0.0.1', () => {
  process.send?.({
    endpoint: `http://127.0.0.1:${server.address().port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'pipe', secretAccessKey: 'pipe' },
  })
})
