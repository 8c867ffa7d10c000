import { createApp } from 'vue'
import PhotoForm from './PhotoForm.vue'

createApp(PhotoForm).mount('#app')
