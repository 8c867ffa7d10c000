import { describe, expect, it } from 'vitest'
import {
  hasStarted,
  isActive,
  isFinal,
  isPausable,
  isSending,
  isUnderWay,
  NEXT_ACTION,
} from '../../../src/client/upload/upload-state.ts'

const FACTS = { isActive, isUnderWay, isFinal, isPausable, isSending, hasStarted }

describe("an upload's state", () => {
  it.each([
    ['ready', 'start', []],
    ['preparing', 'pause', ['isActive', 'isUnderWay', 'isPausable']],
    ['queued', 'pause', ['isActive', 'isUnderWay', 'isPausable', 'hasStarted']],
    ['hashing', 'pause', ['isActive', 'isUnderWay', 'isPausable', 'hasStarted']],
    ['uploading', 'pause', ['isActive', 'isUnderWay', 'isPausable', 'isSending', 'hasStarted']],
    ['waiting', 'pause', ['isActive', 'isUnderWay', 'isPausable', 'isSending', 'hasStarted']],
    ['completing', 'pause', ['isActive', 'isUnderWay', 'isSending', 'hasStarted']],
    ['paused', 'resume', ['isUnderWay', 'hasStarted']],
    ['done', undefined, ['isFinal', 'hasStarted']],
    ['failed', 'retry', ['isFinal']],
    ['aborted', 'retry', ['isFinal']],
  ] as const)('%s offers %s, and is %j', (state, action, expected) => {
    expect(NEXT_ACTION[state]).toBe(action)
    const facts = Object.entries(FACTS).filter(([, fact]) => fact(state))
    expect(facts.map(([name]) => name)).toEqual(expected)
  })
})
