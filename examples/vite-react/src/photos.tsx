import { uploadHooks } from 'waybill/react'
import { englishSpeech, stateWords } from 'waybill/words'
import type { rules } from '../rules.ts'

// The type of the rules provides their names and the types of their results.
const { useUploads } = uploadHooks<typeof rules>({ endpoint: '/api/uploads' })
const speech = englishSpeech()

/** A form with photos. They are sent while the user fills in the rest. It submits their receipts. */
export function Photos() {
  const { items, interrupted, receipts, total, inputProps, dropProps, remove, retry } =
    useUploads('photo')
  return (
    <form action="/photos" method="post">
      <label {...dropProps}>
        Choose photos, or drop them here: <input {...inputProps} />
      </label>
      {interrupted.map(({ id, name, inputProps: chooseAgain }) => (
        <label key={id}>
          {name} was interrupted. Choose it again: <input {...chooseAgain} />
        </label>
      ))}
      {items.map((item) => (
        <p key={item.id}>
          <img src={item.previewUrl} alt="" height="40" /> {item.name}{' '}
          <progress value={item.progress.fraction} /> {stateWords(item, speech)}
          {item.error?.retryable && (
            <button type="button" onClick={() => retry(item.id)}>
              Try again
            </button>
          )}
          <button type="button" onClick={() => remove(item.id)}>
            {item.state === 'done' ? 'Remove' : 'Cancel'}
          </button>
        </p>
      ))}
      {receipts.map((receipt) => (
        <input key={receipt} type="hidden" name="photo" value={receipt} />
      ))}
      <button type="submit" disabled={receipts.length === 0 || total.active > 0}>
        Send
      </button>
    </form>
  )
}
