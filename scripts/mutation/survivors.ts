/**
 * Mutants that may live: `survivors.json` names each with the reason why no test has to notice it.
 * A mutant is known by its file, its source text and what takes its place, since line numbers
 * change with every edit; where that is not enough, by a piece of its line too.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Stryker } from '@stryker-mutator/core'

/** Its positions count from 1. */
export type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

export interface Survivor {
  readonly file: string
  readonly source: string
  readonly replacement: string
  /** A piece of the line where it begins: a file may have many `''`. */
  readonly within?: string
  readonly reason: string
}

export function readSurvivors(): Survivor[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'survivors.json'), 'utf8'))
}

/** Text of source files by absolute name, as it was when they were changed: a run takes minutes. */
export type Sources = ReadonlyMap<string, string>

export function readSources(files: readonly string[]): Sources {
  return new Map(files.map((file) => [resolve(file), readFileSync(file, 'utf8')]))
}

/** What is said of a mutant, and how it is known in `survivors.json`; white space made single. */
export interface MutantText {
  readonly file: string
  readonly line: number
  readonly source: string
  readonly replacement: string
  /** The line where it begins. */
  readonly lineText: string
}

export function describeMutant(mutant: Mutant, sources: Sources): MutantText {
  const { start, end } = mutant.location
  const text = sources.get(mutant.fileName) ?? ''
  const lines = text.split('\n').slice(start.line - 1, end.line)
  const last = lines.length - 1
  const cut = lines.map((line, index) =>
    line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined),
  )
  return {
    file: relative('.', mutant.fileName),
    line: start.line,
    source: cut.join(' ').replace(/\s+/g, ' '),
    replacement: (mutant.replacement ?? '').replace(/\s+/g, ' '),
    lineText: text.split('\n')[start.line - 1] ?? '',
  }
}

/** @returns Why this mutant may live; `undefined` when no reason is known. */
export function reasonOf(
  { file, source, replacement, lineText }: MutantText,
  survivors: readonly Survivor[],
): string | undefined {
  return survivors.find(
    (each) =>
      each.file === file &&
      each.source === source &&
      each.replacement === replacement &&
      lineText.includes(each.within ?? ''),
  )?.reason
}
