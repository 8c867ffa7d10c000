/**
 * Types out S3's answers and marks the condition that was not met.
 *
 * @module
 */

import { make } from '../elements.ts'

export interface Answers {
  /** @param marked - The part of the text to mark. */
  show(text: string, marked: string): void
}

const TYPED_FOR_MS = 900

/** @param root - The `pre` for the text. It contains all of it at once, so nothing moves. */
export function createAnswers(root: HTMLElement): Answers {
  let frame = 0
  return {
    show: (text, marked) => {
      cancelAnimationFrame(frame)
      root.scrollTop = 0
      const end = () => root.replaceChildren(...withMark(text, marked))
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) return end()
      const typed = make('span')
      const coming = make('span', { className: 'coming' })
      root.replaceChildren(typed, coming)
      const begun = performance.now()
      const step = () => {
        const share = (performance.now() - begun) / TYPED_FOR_MS
        if (share >= 1) return end()
        const at = Math.ceil(text.length * share)
        typed.textContent = text.slice(0, at)
        coming.textContent = text.slice(at)
        frame = requestAnimationFrame(step)
      }
      step()
    },
  }
}

function withMark(text: string, marked: string): readonly (Node | string)[] {
  const at = marked ? text.indexOf(marked) : -1
  if (at < 0) return [text]
  return [text.slice(0, at), make('mark', {}, marked), text.slice(at + marked.length)]
}

/** Puts each element of S3's XML on its own line. */
export function readableXml(body: string): string {
  return body.replaceAll('&quot;', '"').replace(/></g, '>\n<').trim()
}

/** Returns the part of an error that says which condition was not met. */
export function failedCondition(xml: string): string {
  const policy = /Policy Condition failed: [^<]*|Policy expired\.?/.exec(xml)?.[0]
  const size = /<ProposedSize>[\s\S]*?<\/MaxSizeAllowed>/.exec(xml)?.[0]
  const message = /<Message>([^<]*)/.exec(xml)?.[1]
  return policy ?? size ?? message ?? ''
}
