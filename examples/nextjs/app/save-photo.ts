'use server'

import { UploadError } from 'waybill'
import { readSession } from '@/session'
import { signer } from '@/signer'

/** The form brings a receipt. Unlike a key, it cannot be made up, and it names its owner. */
export async function savePhoto(_before: string, form: FormData): Promise<string> {
  const { userId = '' } = await readSession()
  try {
    const expected = { owner: userId, rule: 'photo' } as const
    const receipt = await signer.readReceipt(form.get('photo'), expected)
    return receipt.key
  } catch (error) {
    if (error instanceof UploadError) return error.message
    throw error
  }
}
