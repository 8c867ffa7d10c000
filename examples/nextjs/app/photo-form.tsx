'use client'

import { useActionState, useState } from 'react'
import { createUploader } from 'waybill/client'
import type { signer } from '@/signer'

const uploader = createUploader<typeof signer.rules>({ endpoint: '/api/uploads' })

type Action = (before: string, form: FormData) => Promise<string>

export function PhotoForm({ action }: { readonly action: Action }) {
  const [saved, send] = useActionState(action, '')
  const [fraction, setFraction] = useState(0)
  const [receipt, setReceipt] = useState<string>()
  const [failure, setFailure] = useState('')

  async function upload(file: File | undefined) {
    if (!file) return
    setReceipt(undefined)
    setFailure('')
    try {
      const onProgress = (progress: { readonly fraction: number }) => setFraction(progress.fraction)
      const completed = await uploader.upload(file, { rule: 'photo', onProgress }).done
      setReceipt(completed.receipt)
    } catch (error) {
      setFailure(String(error))
    }
  }

  return (
    <form action={send}>
      <label>
        Photo <input type="file" accept="image/*" onChange={(e) => upload(e.target.files?.[0])} />
      </label>
      <progress value={fraction} />
      <output>{failure}</output>
      <input type="hidden" name="photo" value={receipt ?? ''} />
      <button type="submit" disabled={!receipt}>
        Send
      </button>
      {saved && <code>{saved}</code>}
    </form>
  )
}
