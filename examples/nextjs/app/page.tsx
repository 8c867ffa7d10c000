import { PhotoForm } from './photo-form'
import { savePhoto } from './save-photo'

export default function Page() {
  return <PhotoForm action={savePhoto} />
}
