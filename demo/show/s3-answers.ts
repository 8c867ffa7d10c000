/**
 * Shows S3's answers and marks the condition that was not met. Until there is an answer, shows what
 * S3 will compare the request with.
 *
 * @module
 */

import { make } from '../elements.ts'

export interface ShownAnswer {
  /** With one element of the XML on each line, from `readableXml`. */
  readonly text: string
  /** The part of the text to mark. */
  readonly marked: string
  /** As S3 sent it. This is what is copied. */
  readonly raw: string
}

export interface Answers {
  /** @param policy - The signed conditions, one on each line. None if nobody knows them. */
  expect(policy: readonly string[]): void
  /** Types out an answer. */
  show(answer: ShownAnswer): void
}

const TYPED_FOR_MS = 900
const MOST_DEPTH = 3

/**
 * @param root - The `pre` for the text. It contains all of it at once, so nothing moves.
 * @param copy - A button that copies the answer. It is hidden until there is one.
 */
export function createAnswers(root: HTMLElement, copy?: HTMLButtonElement): Answers {
  let frame = 0
  let raw = ''
  copy?.addEventListener('click', async () => {
    const isCopied = await navigator.clipboard.writeText(raw).then(
      () => true,
      () => false,
    )
    copy.textContent = isCopied ? 'Copied' : 'Not allowed'
  })
  const replace = (text: string, lines: readonly Node[]) => {
    cancelAnimationFrame(frame)
    raw = text
    if (copy) {
      copy.textContent = 'Copy'
      copy.hidden = text === ''
    }
    root.scrollTop = 0
    root.replaceChildren(...lines)
    revealText(root, 1)
  }
  return {
    expect: (policy) => {
      const intro =
        policy.length > 0
          ? 'S3 compares every request with what the server has signed:'
          : 'The file was signed before this page was opened.'
      const lines = policy.map((text) => make('span', { className: 'condition' }, text))
      replace('', [make('span', { className: 'intro' }, intro), ...lines])
    },
    show: (answer) => {
      replace(answer.raw, answerLines(answer))
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
      const begun = performance.now()
      const step = () => {
        const share = (performance.now() - begun) / TYPED_FOR_MS
        revealText(root, share)
        if (share < 1) frame = requestAnimationFrame(step)
      }
      step()
    },
  }
}

/**
 * Hides the end of a text, which keeps its place.
 *
 * @param share - How much of it to show, from 0 to 1.
 */
function revealText(root: HTMLElement, share: number): void {
  root.classList.toggle('typing', share < 1)
  // Firefox before version 140 shows the whole text at once.
  if (!('highlights' in CSS)) return
  CSS.highlights.delete('coming')
  if (share >= 1) return
  let left = Math.ceil((root.textContent?.length ?? 0) * share)
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node instanceof Text; node = texts.nextNode()) {
    if (left < node.length) {
      const coming = document.createRange()
      coming.selectNodeContents(root)
      coming.setStart(node, left)
      CSS.highlights.set('coming', new Highlight(coming))
      return
    }
    left -= node.length
  }
}

/** Indents each line of an answer. Styles keep tags whole, and wrap only the values between them. */
function answerLines({ text, marked }: Omit<ShownAnswer, 'raw'>): readonly HTMLElement[] {
  const from = marked ? text.indexOf(marked) : -1
  const to = from + marked.length
  let start = 0
  let depth = 0
  return text.split('\n').map((line) => {
    const outside = depth
    depth += (line.match(/<\w/g)?.length ?? 0) - (line.match(/<\/|\/>/g)?.length ?? 0)
    const inLine = (at: number) => Math.min(Math.max(at - start, 0), line.length)
    const [begin, end] = [inLine(from), inLine(to)]
    start += line.length + 1
    const isMarked = from >= 0 && begin !== end
    const content = isMarked
      ? [
          ...pieces(line.slice(0, begin)),
          make('mark', {}, ...pieces(line.slice(begin, end))),
          ...pieces(line.slice(end)),
        ]
      : pieces(line)
    const made = make('span', { className: 'line' }, ...content)
    const indent = line.startsWith('</') ? depth : outside
    made.dataset.depth = String(Math.min(Math.max(indent, 0), MOST_DEPTH))
    return made
  })
}

function pieces(line: string): readonly (Node | string)[] {
  return line
    .split(/(<[^>]*>)/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece.startsWith('<') ? make('span', { className: 'tag' }, piece) : piece))
}

/** Puts each element of S3's XML on its own line. */
export function readableXml(body: string): string {
  const xml = body.replace(/^<\?xml[^>]*>/, '')
  return xml.replaceAll('&quot;', '"').replace(/></g, '>\n<').trim()
}

/** Returns the part of an error that says which condition was not met. */
export function failedCondition(xml: string): string {
  const policy = /Policy Condition failed: [^<]*|Policy expired\.?/.exec(xml)?.[0]
  const size = /<ProposedSize>[\s\S]*?<\/MaxSizeAllowed>/.exec(xml)?.[0]
  const message = /<Message>([^<]*)/.exec(xml)?.[1]
  return policy ?? size ?? message ?? ''
}
