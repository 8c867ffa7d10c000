import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { toNodeHandler } from 'waybill/node'
import { newSession, userOf } from './sessions.js'
import { signer } from './signer.js'

const uploads = toNodeHandler(signer, { basePath: '/api/uploads' })

function showForm(request, response) {
  if (!userOf(request.headers.cookie)) response.setHeader('set-cookie', newSession())
  return sendFile(response, 'text/html', new URL('index.html', import.meta.url))
}

function sendFile(response, type, file) {
  response.setHeader('content-type', type)
  return pipeline(createReadStream(file), response)
}

// The form contains a receipt. Unlike a key, it cannot be forged, and it names its owner.
async function savePhoto(request, response) {
  const owner = userOf(request.headers.cookie)
  if (!owner) return response.writeHead(401).end('Open the form first.')
  // A receipt has about 2,000 characters. A body without a length could be endless.
  const length = Number(request.headers['content-length'] ?? Infinity)
  if (length > 100_000) return response.writeHead(413).end('The form is too large.')
  const form = new URLSearchParams(await text(request))
  const receipt = await signer.readReceipt(form.get('photo'), { owner, rule: 'photo' })
  response.setHeader('content-type', 'text/html')
  response.end(`Thank you! Your photo is <code>${escapeHtml(receipt.key)}</code>.`)
}

// Text in HTML must be escaped, or a file name or metadata in it could run as a script.
function escapeHtml(value) {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const PACKAGE = import.meta.resolve('waybill/element.js')

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://server')
  if (pathname.startsWith('/api/uploads')) return uploads(request, response)
  // The element and its lazy chunks.
  const [, script] = /^\/waybill\/(element[\w/-]*\.js)$/.exec(pathname) ?? []
  if (script) return sendFile(response, 'text/javascript', new URL(script, PACKAGE))
  if (request.method === 'POST' && pathname === '/photos') return savePhoto(request, response)
  if (pathname === '/') return showForm(request, response)
  response.writeHead(404).end()
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    if (response.headersSent) return response.destroy() // the client has disconnected
    // `readReceipt` throws an `UploadError` for an invalid receipt. It has a status.
    response.writeHead(error.status || 500).end(error.message)
  })
})
server.listen(process.env.PORT ?? 3000)
