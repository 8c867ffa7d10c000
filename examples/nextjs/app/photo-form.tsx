'use client'

import { useActionState } from 'react'
import { UploadDropzone } from 'waybill/react/dropzone'
import type { rules } from '@/rules'
import { savePhoto } from './save-photo'

/** After the action, React resets the form, which empties the drop zone. */
export function PhotoForm() {
  const [saved, send] = useActionState(savePhoto, '')
  return (
    <form action={send}>
      <UploadDropzone<typeof rules> endpoint="/api/uploads" rule="photo" name="photo" required />
      <button type="submit">Send</button>
      <p role="status">{saved && <code>{saved}</code>}</p>
    </form>
  )
}
