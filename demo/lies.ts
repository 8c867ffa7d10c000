/**
 * Sends forms that differ from what was signed. Each button requests a valid form from the signer,
 * changes one thing, sends the form, and shows S3's response.
 *
 * @module
 */

import type { CreateResponse, FileDescription, PresignedPostMessage } from 'waybill'
import { element } from './elements.ts'

interface Lie {
  readonly name: string
  readonly what: string
  readonly tell: (form: Form) => Form
  /** Whether to send the unchanged form first. */
  readonly isReplay?: boolean
}

interface Form {
  readonly fields: Readonly<Record<string, string>>
  readonly bytes: Uint8Array<ArrayBuffer>
}

const LIES: readonly Lie[] = [
  {
    name: 'A bigger file',
    what: 'one byte more than was signed',
    tell: ({ fields, bytes }) => ({ fields, bytes: new Uint8Array([...bytes, 33]) }),
  },
  {
    name: 'Another type',
    what: 'the field Content-Type says text/html',
    tell: withField('content-type', 'text/html'),
  },
  {
    name: 'Other bytes',
    what: 'as many bytes as were signed, of which one differs',
    tell: turned,
  },
  {
    name: 'The same form again',
    what: 'a form that was used, with other bytes',
    tell: turned,
    isReplay: true,
  },
  {
    name: 'Another key',
    what: 'the field key names an object of another person',
    tell: withField('key', 'somebody-else/passport.pdf'),
  },
]

/** @param type - A content type that the rule accepts. */
export function showLies(endpoint: string, rule: string, type: string): void {
  const result = element('lie-result', HTMLElement)
  const buttons = LIES.map((lie) => {
    const made = document.createElement('button')
    made.type = 'button'
    made.className = 'quiet'
    made.textContent = lie.name
    made.addEventListener('click', async () => {
      result.textContent = `Asking for a form, then sending ${lie.what} …`
      result.textContent = await tellLie(endpoint, rule, type, lie).catch(String)
    })
    return made
  })
  element('lies', HTMLElement).replaceChildren(...buttons)
}

async function tellLie(endpoint: string, rule: string, type: string, lie: Lie): Promise<string> {
  const bytes = new TextEncoder().encode(`An honest file of ${new Date().toISOString()}\n`)
  const { url, fields } = await askForForm(endpoint, rule, await describe(bytes, type))
  const honest = { fields, bytes }
  if (lie.isReplay) await send(url, honest)
  const answer = await send(url, lie.tell(honest))
  if (answer.ok) return `S3 stored it. That is a fault of Waybill: please report it.`
  const xml = new DOMParser().parseFromString(await answer.text(), 'text/xml')
  const said = (name: string) => xml.querySelector(name)?.textContent ?? ''
  return `Sent: ${lie.what}. S3 answered ${answer.status} ${said('Code')}: ${said('Message')}`
}

async function describe(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<FileDescription> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const sha256 = btoa(String.fromCharCode(...hash))
  return { name: 'honest.txt', size: bytes.length, type, sha256 }
}

async function askForForm(
  endpoint: string,
  rule: string,
  file: FileDescription,
): Promise<PresignedPostMessage> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rule, files: [file] }),
  })
  const answer: CreateResponse = await response.json()
  const [grant] = answer.uploads ?? []
  if (grant && 'presignedPost' in grant) return grant.presignedPost
  throw new Error(`The signer refused the honest form: ${JSON.stringify(grant ?? answer)}`)
}

function send(url: string, { fields, bytes }: Form): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([bytes]))
  return fetch(url, { method: 'POST', body: form })
}

/** `name` must be in lower case. It matches the field in any case. */
function withField(name: string, value: string): Lie['tell'] {
  return ({ fields, bytes }) => {
    const entries = Object.entries(fields)
    const changed = entries.map(([field, old]) => [
      field,
      field.toLowerCase() === name ? value : old,
    ])
    return { fields: Object.fromEntries(changed), bytes }
  }
}

function turned({ fields, bytes }: Form): Form {
  const [first = 0, ...rest] = bytes
  return { fields, bytes: new Uint8Array([first ^ 1, ...rest]) }
}
