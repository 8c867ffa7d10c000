import { createFileRoute } from '@tanstack/react-router'
import { useActionState } from 'react'
import { UploadDropzone } from 'waybill/react/dropzone'
import { openForm, savePhoto } from '../photos'
import type { rules } from '../rules'

export const Route = createFileRoute('/')({
  loader: () => openForm(),
  component: PhotoForm,
})

/** After the action, React resets the form, which empties the drop zone. */
function PhotoForm() {
  const [saved, send] = useActionState(
    (_before: unknown, form: FormData) => savePhoto({ data: form }),
    undefined,
  )
  return (
    <form action={send}>
      <UploadDropzone<typeof rules> endpoint="/api/uploads" rule="photo" name="photo" required />
      <button type="submit">Send</button>
      <p role="status">{saved && 'key' in saved ? <code>{saved.key}</code> : saved?.error}</p>
    </form>
  )
}
