'use server'

import { UploadError } from 'waybill'
import { readSession } from '@/session'
import { signer } from '@/signer'

/** The form contains a receipt. Unlike a key, it cannot be forged, and it names its owner. */
export async function savePhoto(_before: string, form: FormData): Promise<string> {
  const { userId: owner } = await readSession()
  if (!owner) return 'Open the form first.'
  try {
    const { key } = await signer.readReceipt(form.get('photo'), { owner, rule: 'photo' })
    return key
  } catch (error) {
    if (error instanceof UploadError) return error.message
    throw error
  }
}
