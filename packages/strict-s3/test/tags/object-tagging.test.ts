import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { describe, expect, it } from 'vitest'
import type { System } from '../../../../test/conformance/system.ts'
import { start } from '../start.ts'

const tagging = (tags: string) => `<Tagging><TagSet>${tags}</TagSet></Tagging>`
const tag = (value: string) => `<Tag><Key>team</Key><Value>${value}</Value></Tag>`

async function put(system: System, value: string) {
  const ask = { method: 'PUT', key: 'a', query: { tagging: '' }, body: tagging(tag(value)) }
  return system.reply(ask)
}

async function tagsOf(system: System): Promise<string> {
  const reply = await system.expectReply(200, { key: 'a', query: { tagging: '' } })
  return reply.body.toString()
}

describe('object tags', () => {
  it('survive a restart, and disappear when another object replaces theirs', async () => {
    const dir = temporaryFolder('waybill-tags-')
    const first = await start({ dir })
    const { headers } = await first.system.put('a', 'x')
    const value = 'film + ton: größer'
    expect((await put(first.system, value)).status).toBe(200)
    await first.server.close()
    const { system } = await start({ dir })
    expect(await tagsOf(system)).toContain(tag(value))
    const head = await system.expectReply(200, { method: 'HEAD', key: 'a' })
    expect(head.headers).toMatchObject({ etag: headers.etag, 'x-amz-tagging-count': '1' })
    await system.put('a', 'y')
    expect(await tagsOf(system)).not.toContain('<Tag>')
  })

  it('are rejected if they are far too long, and stay unchanged', async () => {
    const { system } = await start()
    await system.put('a', 'x', { 'x-amz-tagging': 'team=1' })
    expect((await put(system, 'b'.repeat(70_000))).code).toBe('MaxMessageLengthExceeded')
    expect(await tagsOf(system)).toContain(tag('1'))
  })
})
