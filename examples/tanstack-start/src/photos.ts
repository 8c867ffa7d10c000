import { createServerFn } from '@tanstack/react-start'
import { setResponseStatus } from '@tanstack/react-start/server'
import { UploadError } from 'waybill'
import { readUser, startSession } from './session.server'
import { signer } from './signer.server'

export const openForm = createServerFn().handler(() => startSession())

/** The form contains a receipt. Unlike a key, it cannot be forged, and it names its owner. */
export const savePhoto = createServerFn({ method: 'POST' })
  .validator((form: FormData) => form)
  .handler(async ({ data: form }) => {
    const { userId: owner } = readUser()
    if (!owner) {
      setResponseStatus(401)
      return { error: 'Open the form first.' }
    }
    try {
      const { key } = await signer.readReceipt(form.get('photo'), { owner, rule: 'photo' })
      return { key }
    } catch (error) {
      if (!(error instanceof UploadError)) throw error
      setResponseStatus(error.status)
      return { error: error.message }
    }
  })
