import { createRoot } from 'react-dom/client'
import { uploadHooks } from 'waybill/react'
import { englishTexts, stateWords } from 'waybill/words'

const { useUploads } = uploadHooks({ endpoint: '/api/uploads' })
const texts = englishTexts()

function Uploads() {
  const { items, inputProps } = useUploads()
  return (
    <>
      <input {...inputProps} />
      {items.map((item) => (
        <p key={item.id}>
          {item.name} <progress value={item.progress.fraction} /> {stateWords(item, texts)}
        </p>
      ))}
    </>
  )
}

createRoot(document.querySelector('#uploads')).render(<Uploads />)
