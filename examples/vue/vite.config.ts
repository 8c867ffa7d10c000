import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [vue()],
  // `npm run dev`: what the server answers comes from the server.
  server: { proxy: { '/api': 'http://localhost:3000', '/photos': 'http://localhost:3000' } },
})
