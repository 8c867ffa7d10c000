'use client'

import { useActionState } from 'react'
import { uploadHooks } from 'waybill/react'
import { englishSpeech, stateWords } from 'waybill/words'
import type { rules } from '@/rules'
import { savePhoto } from './save-photo'

const { useUploads } = uploadHooks<typeof rules>({ endpoint: '/api/uploads' })
const speech = englishSpeech()

export function PhotoForm() {
  const { items, receipts, inputProps, dropProps, retry, remove, clear } = useUploads('photo', {
    maxFiles: 1,
  })
  const [saved, send] = useActionState(async (before: string, form: FormData) => {
    const answer = await savePhoto(before, form)
    clear({ receipts }) // so that the next form does not submit them again
    return answer
  }, '')
  return (
    <form action={send} {...dropProps}>
      <label>
        Choose a photo, or drop it here: <input {...inputProps} />
      </label>
      {items.map((item) => (
        <p key={item.id}>
          {item.name} <progress value={item.progress.fraction} /> {stateWords(item, speech)}{' '}
          {item.error?.retryable && (
            <button type="button" onClick={() => retry(item.id)}>
              Try again
            </button>
          )}
          <button type="button" onClick={() => remove(item.id)}>
            Remove
          </button>
        </p>
      ))}
      {receipts.map((receipt) => (
        <input key={receipt} type="hidden" name="photo" value={receipt} />
      ))}
      <button type="submit" disabled={receipts.length === 0}>
        Send
      </button>
      <p role="status">{saved && <code>{saved}</code>}</p>
    </form>
  )
}
