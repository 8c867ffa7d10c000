/**
 * One application for all of the element's tests inside a browser.
 *
 * @module
 */

import type { TestProject } from 'vitest/node'
import { startApplication } from './application.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The server's address: the signer is at `/api/uploads`, forms are sent to `/submit`. */
    readonly application: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await startApplication()
  project.provide('application', url)
  return close
}
