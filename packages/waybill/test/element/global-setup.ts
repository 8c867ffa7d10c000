/**
 * One application for all of the element's tests inside a browser.
 *
 * @module
 */

import { startApplication } from '@waybill/test-support/element-application'
import type { TestProject } from 'vitest/node'

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
