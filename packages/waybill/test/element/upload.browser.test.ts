import { eventually } from '@waybill/test-support/eventually'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  choose,
  drop,
  gate,
  hexSha256,
  mount,
  mountUpload,
  paste,
  pickerOf,
  randomFile,
  recordEvents,
  SIGNER,
  store,
  submit,
  unfold,
  untilStates,
} from './page.ts'

/** Two parts. */
const TWO_PARTS = 6_000_000

/** An element that shows 220 files, and how many rows it has drawn at a time. */
async function mountMany() {
  const element = await mountUpload('multiple autostart="false"')
  const { shadowRoot: root } = element
  if (!root) throw new Error('it has no shadow tree')
  const rows = (selector: string) => [...root.querySelectorAll(selector)]
  const seen: Readonly<Record<string, number>>[] = [{}]
  const count = () => {
    const selectors = ['.row', '.row.aborted']
    seen.push(Object.fromEntries(selectors.map((selector) => [selector, rows(selector).length])))
  }
  const observer = new MutationObserver(count)
  observer.observe(root, { attributes: true, childList: true, subtree: true })
  onTestFinished(() => observer.disconnect())
  element.add(Array.from({ length: 220 }, (_, index) => new File([], `${index}`)))
  await unfold(element)
  await eventually(() => rows('.row.ready').length).toBe(220)
  const steps = (selector: string) =>
    seen.slice(1).map((now, index) => (now[selector] ?? 0) - (seen[index]?.[selector] ?? 0))
  return { element, rows, steps }
}

describe('<waybill-upload>', () => {
  it('uploads chosen files, and a form submits their receipts', async () => {
    const element = await mount(`<form>
      <waybill-upload endpoint="${SIGNER}" rule="any" name="files" multiple></waybill-upload>
    </form>`)
    const files = [randomFile('a.bin'), randomFile('b.bin', TWO_PARTS)]
    choose(element, ...files)
    await untilStates(element, 'done', 'done')
    const sent = files.map(async (file) => ({
      name: file.name,
      path: file.name,
      metadata: {},
      size: file.size,
      sha256: await hexSha256(file),
    }))
    expect(await submit(element)).toEqual({
      fields: ['files', 'files'],
      files: await Promise.all(sent),
    })
  })

  it('fires its events in order', async () => {
    const element = await mountUpload()
    const events = recordEvents(element)
    await store(element, 'a.bin')
    expect(events.filter((name) => name !== 'waybill-progress')).toEqual([
      ...['waybill-add', 'waybill-start', 'waybill-stored', 'change', 'waybill-done'],
    ])
  })

  it('fires its events outside the shadow tree that contains it', async () => {
    const outer = document.body.appendChild(document.createElement('div'))
    const heard: string[] = []
    outer.addEventListener('waybill-stored', ({ detail }) => void heard.push(detail.item.name))
    const element = await mountUpload()
    outer.attachShadow({ mode: 'open' }).append(element)
    choose(element, randomFile('a.bin'))
    await eventually(() => heard).toEqual(['a.bin'])
    outer.remove()
  })

  it('reports that its endpoint is missing, until it has one', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => errors.mockRestore())
    const element = await mount('<waybill-upload rule="any"></waybill-upload>')
    const notice = () => element.shadowRoot?.querySelector('[part=notice]')?.textContent
    await eventually(notice).toMatch(
      /^endpoint is missing: set it, such as <waybill-upload endpoint=/,
    )
    choose(element, randomFile('a.bin'))
    expect(errors).toHaveBeenCalledTimes(2)
    element.endpoint = SIGNER
    await eventually(notice).toBeUndefined()
    await store(element, 'a.bin')
  })

  it('leaves out files that the page rejects', async () => {
    const element = await mountUpload('multiple')
    element.addEventListener('waybill-add', (event) => {
      event.preventDefault()
      element.add(event.detail.files.filter(({ name }) => name === 'b.bin'))
    })
    choose(element, randomFile('a.bin'), randomFile('b.bin'))
    await untilStates(element, 'done')
    expect(element.items.map(({ name }) => name)).toEqual(['b.bin'])
  })

  it("sends each file's metadata and folders", async () => {
    const element = await mountUpload('name="files" multiple')
    element.metadata = ({ name }) => ({ title: `${name}, by the page` })
    const inFolder = Object.defineProperty(randomFile('a.bin'), 'webkitRelativePath', {
      value: 'album/trip/a.bin',
    })
    choose(element, randomFile('b.bin'))
    element.add([inFolder], { metadata: { album: 'alps' } })
    await untilStates(element, 'done', 'done')
    expect(element.items.map(({ path }) => path)).toEqual([undefined, 'album/trip/a.bin'])
    expect((await submit(element)).files).toMatchObject([
      { path: 'b.bin', metadata: { title: 'b.bin, by the page' } },
      { path: 'album/trip/a.bin', metadata: { title: 'a.bin, by the page', album: 'alps' } },
    ])
  })

  it('adds many chosen files in steps, until it is emptied', async () => {
    const element = await mountUpload('multiple autostart="false"')
    const files = Array.from({ length: 250 }, (_, index) => new File([], `${index}`))
    choose(element, ...files)
    expect(element.items).toHaveLength(100)
    await eventually(() => element.items.length).toBe(250)
    element.reset()
    choose(element, ...files)
    element.reset()
    choose(element, randomFile('a.bin'))
    await new Promise((resolve) => setTimeout(resolve))
    expect(element.items.map(({ name }) => name)).toEqual(['a.bin'])
  })

  it('renders thousands of rows in steps, and lays out only those near the viewport', async () => {
    const { rows, steps } = await mountMany()
    expect(Math.max(...steps('.row'))).toBe(25)
    const isLaidOut = (row: Element | undefined) =>
      row?.checkVisibility({ contentVisibilityAuto: true })
    await eventually(() => isLaidOut(rows('.row')[0])).toBe(true)
    await eventually(() => isLaidOut(rows('.row')[180])).toBe(false)
  })

  it('renders changes of many rows in steps', async () => {
    const { element, rows, steps } = await mountMany()
    element.abort()
    await eventually(() => rows('.row.aborted').length).toBe(220)
    expect(Math.max(...steps('.row.aborted'))).toBe(48)
  })

  it('is mirrored if the page is', async () => {
    const element = await mount(`<div dir="rtl">
      <waybill-upload endpoint="${SIGNER}" rule="any"></waybill-upload>
    </div>`)
    const root = () => element.shadowRoot?.querySelector<HTMLElement>('.root')
    await eventually(() => root()?.dir).toBe('rtl')
  })

  it('pauses, and resumes from there', async () => {
    const element = await mountUpload('name="files"')
    const gated = gate(element, 2)
    const file = randomFile('a.bin', TWO_PARTS)
    choose(element, file)
    await untilStates(element, 'uploading')
    element.pause()
    await untilStates(element, 'paused')
    expect(element.receipts).toEqual([])
    gated.open()
    element.resume()
    await untilStates(element, 'done')
    expect(element.receipts).toHaveLength(1)
  })

  it('replaces the previous file with a new one', async () => {
    const element = await mountUpload()
    await store(element, 'a.bin')
    choose(element, randomFile('b.bin'), randomFile('c.bin'))
    await untilStates(element, 'done')
    expect(element.items.map(({ name }) => name)).toEqual(['b.bin'])
  })

  it('rejects files that the rule does not allow, or that exceed the maximum number', async () => {
    const element = await mountUpload('multiple max-files="1"')
    element.rule = 'photos'
    const refused: unknown[] = []
    element.addEventListener('waybill-refuse', ({ detail }) =>
      refused.push(detail.item.error?.code),
    )
    choose(element, randomFile('a.txt', 10, 'text/plain'))
    await untilStates(element, 'failed')
    choose(element, ...['a.png', 'b.png'].map((name) => randomFile(name, 10, 'image/png')))
    await untilStates(element, 'failed', 'done', 'failed')
    expect(refused).toEqual(['FILE_TYPE_NOT_ALLOWED', 'TOO_MANY_FILES'])
  })

  it("shows a failure's reference in small print, if there is one", async () => {
    const element = await mount(
      `<waybill-upload endpoint="${SIGNER}" rule="missing" lang="de"></waybill-upload>`,
    )
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'failed')
    const id = element.items[0]?.error?.id
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    const shown = () => element.shadowRoot?.querySelector('[part=reference]')?.textContent
    await eventually(shown).toBe(`Referenz: RULE_UNKNOWN ${id}`)
  })

  it('shows no reference for files that the page itself rejected', async () => {
    const element = await mount(
      `<waybill-upload endpoint="${SIGNER}" rule="photos"></waybill-upload>`,
    )
    choose(element, randomFile('a.txt', 10, 'text/plain'))
    await untilStates(element, 'failed')
    const row = () => element.shadowRoot?.querySelector('.failed')
    await eventually(() => row()?.textContent).toContain('Wrong file type')
    expect(row()?.querySelector('[part=reference]')).toBeNull()
  })

  it('accepts a file in place of a removed one', async () => {
    const element = await mountUpload('multiple max-files="1"')
    await store(element, 'a.bin')
    element.removeFile(element.items[0]?.id ?? '')
    await store(element, 'b.bin')
    expect(element.items.map(({ name }) => name)).toEqual(['b.bin'])
  })

  it('restores a removed file, and resumes it', async () => {
    const element = await mountUpload()
    const gated = gate(element)
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    const [id = ''] = element.items.map((item) => item.id)
    element.removeFile(id)
    expect(element.items).toEqual([])
    element.undoRemove(id)
    gated.open()
    await untilStates(element, 'done')
  })

  it('holds files until someone starts them', async () => {
    const element = await mountUpload('autostart="false"')
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'ready')
    element.start()
    await untilStates(element, 'done')
  })

  it('uploads the file that the page has prepared', async () => {
    const element = await mountUpload('name="files"')
    element.prepare = async (file) => file.slice(0, 3)
    await store(element, 'a.bin')
    const { files } = await submit(element)
    expect(files.map(({ size }) => size)).toEqual([3])
  })

  it('continues while it is moved within the page', async () => {
    const element = await mountUpload()
    const gated = gate(element)
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    const place = element.parentElement
    element.remove()
    await Promise.resolve()
    place?.append(element)
    gated.open()
    await untilStates(element, 'done')
  })

  it('starts empty if another rule is set during uploads', async () => {
    const element = await mountUpload()
    const gated = gate(element)
    choose(element, randomFile('a.bin'))
    await untilStates(element, 'uploading')
    const [upload] = element.items.map((item) => item.upload)
    element.setAttribute('rule', 'photos')
    await eventually(() => upload?.state).toBe('aborted')
    expect(element.items).toEqual([])
    choose(element, randomFile('a.png', 10, 'image/png'))
    gated.open()
    await untilStates(element, 'done')
  })

  it('does not interfere with a second one', async () => {
    const first = await mountUpload('name="files"')
    const second = await mountUpload('name="files"')
    const files = [randomFile('a.bin'), randomFile('b.bin')]
    choose(first, ...files.slice(0, 1))
    choose(second, ...files.slice(1))
    await untilStates(first, 'done')
    await untilStates(second, 'done')
    expect([first, second].map(({ items }) => items.map(({ name }) => name))).toEqual([
      ['a.bin'],
      ['b.bin'],
    ])
  })

  it('asks before the page is left during uploads', async () => {
    const element = await mountUpload()
    const gated = gate(element)
    const isAsked = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }))
    expect(isAsked()).toBe(false)
    choose(element, randomFile('a.bin'))
    expect(isAsked()).toBe(true)
    gated.open()
    await untilStates(element, 'done')
    expect(isAsked()).toBe(false)
  })
})

describe('dropped files', () => {
  it('are accepted on the element, which is highlighted during dragging', async () => {
    const element = await mountUpload('multiple')
    drop(element, 'dragover', randomFile('a.bin'))
    await eventually(() => element.matches(':state(dragging)')).toBe(true)
    const event = drop(element, 'drop', randomFile('a.bin'), randomFile('b.bin'))
    expect(event.defaultPrevented).toBe(true)
    await eventually(() => element.matches(':state(dragging)')).toBe(false)
    await untilStates(element, 'done', 'done')
  })

  it('are shown as wrong during dragging if their type is', async () => {
    const element = await mountUpload('multiple accept="image/*,application/pdf"')
    const prompt = () => element.shadowRoot?.querySelector('.prompt')?.textContent?.trim()
    drop(element, 'dragover', randomFile('a.csv', 10, 'text/csv'))
    await eventually(prompt).toBe('Wrong file type')
    drop(element, 'dragover', randomFile('a.csv', 10, 'text/csv'), randomFile('b', 10, 'image/png'))
    await eventually(prompt).toBe('Drop to add')
    drop(element, 'dragover', randomFile('c.pdf', 10, 'application/pdf'))
    await eventually(() => element.matches(':state(dragging)')).toBe(true)
    expect(prompt()).toBe('Drop to add')
    element.accept = '.csv'
    drop(element, 'dragover', randomFile('a.csv', 10, 'text/csv'))
    await eventually(() => element.shadowRoot?.querySelector('input')?.accept).toBe('.csv')
    expect(prompt()).toBe('Drop to add')
  })

  it('are accepted where drop-target says', async () => {
    const element = await mountUpload('drop-target=".here"')
    const place = document.createElement('section')
    place.innerHTML = '<div class="here"><p></p></div><p></p>'
    element.after(place)
    const [inside, outside] = place.querySelectorAll('p')
    if (!inside || !outside) throw new Error('the page has no paragraphs')
    expect(drop(outside, 'drop', randomFile('a.bin')).defaultPrevented).toBe(false)
    drop(inside, 'drop', randomFile('b.bin'))
    await untilStates(element, 'done')
    expect(element.items.map(({ name }) => name)).toEqual(['b.bin'])
  })

  it('go to the element under them rather than to one that covers the whole page', async () => {
    const wide = await mountUpload('drop-target="page" multiple')
    const narrow = await mountUpload('multiple')
    drop(narrow, 'drop', randomFile('a.bin'))
    drop(document.body, 'drop', randomFile('b.bin'))
    await untilStates(narrow, 'done')
    await untilStates(wide, 'done')
    expect(wide.items.map(({ name }) => name)).toEqual(['b.bin'])
  })

  it('are ignored while the element is disabled', async () => {
    const element = await mountUpload('disabled')
    drop(element, 'drop', randomFile('a.bin'))
    expect(element.items).toEqual([])
  })
})

describe('pasted files', () => {
  it('are accepted on the element', async () => {
    const element = await mountUpload()
    paste(element, randomFile('a.bin'))
    await untilStates(element, 'done')
  })

  it('are left to a field on the page', async () => {
    const element = await mountUpload('drop-target="page"')
    const field = document.createElement('textarea')
    element.after(field)
    paste(field, randomFile('a.bin'))
    expect(element.items).toEqual([])
    paste(document.body, randomFile('b.bin'))
    await untilStates(element, 'done')
  })
})

describe('a token', () => {
  const UPLOAD = `<waybill-upload endpoint="${SIGNER}" rule="tokens" name="files" multiple`
  const file = (name: string) => randomFile(name, 10, 'text/plain')

  it('can be an attribute, as can the scope', async () => {
    const element = await mount(`<form>${UPLOAD} token="one" scope="ada"></waybill-upload></form>`)
    expect(element.scope).toBe('ada')
    choose(element, file('a.txt'))
    await untilStates(element, 'done')
  })

  it('can be set, changed and removed at any time, and the files stay', async () => {
    const element = await mount(`<form>${UPLOAD}></waybill-upload></form>`)
    const accepted = () => pickerOf(element)?.accept
    element.token = 'one'
    await eventually(accepted).toBe('text/plain')
    choose(element, file('a.txt'))
    await untilStates(element, 'done')
    element.token = async () => 'unknown'
    choose(element, file('b.txt'))
    await untilStates(element, 'done', 'failed')
    element.token = undefined
    choose(element, file('c.txt'))
    await untilStates(element, 'done', 'failed', 'failed')
    const codes = element.items.map(({ error }) => error?.code)
    expect(codes).toEqual([undefined, 'UNAUTHENTICATED', 'UNAUTHENTICATED'])
    expect(element.receipts).toHaveLength(1)
    element.setAttribute('token', 'two')
    element.retry()
    await untilStates(element, 'done', 'done', 'done')
    expect(element.receipts).toHaveLength(3)
  })

  it('is empty if the page has none, and takes precedence over its URL', async () => {
    const element = await mount(`${UPLOAD} token="" token-url=""></waybill-upload>`)
    choose(element, file('a.txt'))
    await untilStates(element, 'failed')
    element.tokenUrl = `${SIGNER}/nowhere`
    element.retry()
    const error = () => element.items[0]?.error?.message
    await eventually(error).toContain('/nowhere responded with 404: expected 200 and a token')
    element.token = 'one'
    element.retry()
    await untilStates(element, 'done')
  })

  it("determines what its element's user may upload, whatever the browser has cached", async () => {
    const known = await mount(`${UPLOAD} token="one"></waybill-upload>`)
    await eventually(() => pickerOf(known)?.accept).toBe('text/plain')
    const unknown = await mount(`${UPLOAD} token="unknown"></waybill-upload>`)
    choose(unknown, randomFile('a.bin', 10, 'image/png'))
    await untilStates(unknown, 'failed')
    expect(unknown.items[0]?.error?.code).toBe('UNAUTHENTICATED')
  })
})
