import type { Case } from './case.ts'
import type { Reply } from './request/raw-request.ts'
import type { System } from './system.ts'

/**
 * What a server answered, without secrets, signatures, account ids and request ids. Error documents
 * repeat the signed request, so only their code and message are recorded.
 */
export interface RecordedAnswer {
  readonly status: number
  readonly code?: string
  readonly message?: string
  /** The headers that the case checks. A missing header is `null`. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** Only if the case checks the body, and it is no error document. */
  readonly body?: string
}

export function recordAnswer(each: Case, system: System, reply: Reply): RecordedAnswer {
  const clean = (text: string) => shortened(withoutSecrets(text, system))
  const { status, code, xml, body } = reply
  const message = code === undefined ? undefined : xml?.children?.find(isMessage)?.text
  const names = Object.keys(each.headers ?? {})
  const headers = names.map((name): [string, string | null] => {
    const value = reply.headers[name]
    return [name, value === undefined ? null : clean(value)]
  })
  const isChecked = each.body !== undefined && code === undefined
  return {
    status,
    ...(code === undefined ? {} : { code: shortened(code) }),
    ...(message === undefined ? {} : { message: clean(message) }),
    ...(names.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
    ...(isChecked ? { body: clean(body.toString('utf8')) } : {}),
  }
}

/** More of a text is not kept: all answers together must fit into memory. */
const MAX_TEXT = 10_000

export function shortened(text: string): string {
  // A copy, because a slice would keep the whole text in memory.
  return text.length > MAX_TEXT ? `${Buffer.from(text.slice(0, MAX_TEXT))}…` : text
}

function isMessage({ name }: { readonly name: string }): boolean {
  return name === 'Message'
}

function withoutSecrets(text: string, { bucket, host, target }: System): string {
  const { accessKeyId, secretAccessKey, sessionToken } = target.credentials
  const hidden: readonly (readonly [string | undefined, string])[] = [
    [bucket, 'BUCKET'],
    [host, 'HOST'],
    [sessionToken, 'TOKEN'],
    [secretAccessKey, 'SECRET'],
    [accessKeyId, 'ACCESS-KEY'],
  ]
  let clean = text
  for (const [secret, name] of hidden) if (secret) clean = clean.replaceAll(secret, name)
  return (
    clean
      // Signatures and canonical user ids, then account ids, then names of the account's owner.
      .replace(/\b[0-9a-f]{64}\b/g, 'HEX')
      .replace(/\b\d{12}\b/g, '123456789012')
      .replace(/<DisplayName>[^<]*/g, '<DisplayName>OWNER')
      .replace(/\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{12,}\b/g, 'ACCESS-KEY')
  )
}
