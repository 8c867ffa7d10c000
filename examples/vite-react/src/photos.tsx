import { uploadHooks } from 'waybill/react'
import type { signer } from '../server.ts'

// Names of rules and the types of their results come with the type of the signer, and nothing else of it.
const { useUploads } = uploadHooks<typeof signer.rules>({ endpoint: '/api/uploads' })

/** A form with photos, which are sent while the rest is filled in. It submits their receipts. */
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
      {items.map(({ id, name, state, progress, error, previewUrl }) => (
        <p key={id}>
          <img src={previewUrl} alt="" height="40" /> {name} <progress value={progress.fraction} />{' '}
          {error?.message ?? state}
          {error?.retryable && (
            <button type="button" onClick={() => retry(id)}>
              Try again
            </button>
          )}
          <button type="button" onClick={() => remove(id)}>
            {state === 'done' ? 'Remove' : 'Cancel'}
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
