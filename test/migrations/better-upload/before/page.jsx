import { useUploadFiles } from '@better-upload/client'
import { createRoot } from 'react-dom/client'

function Uploads() {
  const small = useUploadFiles({ api: '/api/uploads', route: 'small' })
  const large = useUploadFiles({ api: '/api/uploads', route: 'large' })

  async function choose({ target }) {
    const files = [...target.files]
    const areSmall = files.every(({ size }) => size <= 16 * 1024 ** 2)
    await (areSmall ? small : large).control.upload(files)
    target.value = ''
  }

  const progresses = [...small.control.progresses, ...large.control.progresses]
  return (
    <>
      <input type="file" multiple onChange={choose} />
      {progresses.map(({ name, progress, status, objectInfo }) => (
        <p key={objectInfo.key}>
          {name} <progress value={progress} /> {status}
        </p>
      ))}
    </>
  )
}

createRoot(document.querySelector('#uploads')).render(<Uploads />)
