import { UploadDropzone } from 'waybill/react/dropzone'
import type { rules } from '../rules.ts'

/** A form with photos. They are sent while the user fills in the rest. It submits their receipts. */
export function Photos() {
  return (
    <form action="/photos" method="post">
      <UploadDropzone<typeof rules>
        endpoint="/api/uploads"
        rule="photo"
        name="photo"
        multiple
        required
      />
      <button type="submit">Send</button>
    </form>
  )
}
