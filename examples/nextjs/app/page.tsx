import { PhotoForm } from './photo-form'

export default function Page() {
  return <PhotoForm />
}
