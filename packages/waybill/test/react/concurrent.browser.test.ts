import { eventually } from '@waybill/test-support/eventually'
import { ENDPOINT, silentSigner } from '@waybill/test-support/silent-signer'
import {
  createElement as h,
  type ReactElement,
  startTransition,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { describe, expect, it } from 'vitest'
import { type Uploads, uploadHooks } from 'waybill/react'
import { render } from './rendered.ts'

/** Long enough that React stops between two rows of a transition and lets the page go on. */
const ROW_MS = 8
const ROWS = 20

function busy(): void {
  const end = performance.now() + ROW_MS
  while (performance.now() < end);
}

describe('useUploads in a transition', () => {
  it('shows one state of the list throughout the tree, whatever changes in the meantime', async () => {
    const { fetch } = silentSigner()
    const { useUploads } = uploadHooks({ endpoint: ENDPOINT, fetch, resumeStore: false })
    const commits: string[][] = []
    let uploads: Uploads | undefined
    let turn = (_page: number) => {}
    let rowsRendered = 0

    function Row({ of, page }: { readonly of: Uploads; readonly page: number }): ReactElement {
      busy()
      rowsRendered += 1
      return h('li', null, `${page}: ${of.items.length} of ${of.total.files}`)
    }
    function Page(): ReactElement {
      const [page, setPage] = useState(1)
      const list = useRef<HTMLUListElement>(null)
      const shown = useUploads('photos')
      uploads = shown
      turn = (next) => startTransition(() => setPage(next))
      useLayoutEffect(() => {
        commits.push([...(list.current?.children ?? [])].map((row) => row.textContent ?? ''))
      })
      const rows = Array.from({ length: ROWS }, (_, key) => h(Row, { key, of: shown, page }))
      return h('ul', { ref: list }, rows)
    }

    render(h(Page))
    await eventually(() => commits.length).toBeGreaterThan(0)
    rowsRendered = 0
    turn(2)
    // The transition is under way, and not yet shown.
    await eventually(() => rowsRendered).toBeGreaterThan(1)
    expect(commits.at(-1)?.[0]).toBe('1: 0 of 0')
    uploads?.add([new File(['a'], 'a.png', { type: 'image/png' })])
    await eventually(() => commits.at(-1)?.[0]).toBe('2: 1 of 1')
    for (const rows of commits) expect(new Set(rows).size).toBe(1)
    uploads?.abort()
  })
})
