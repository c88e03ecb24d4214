import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['bench/**/*.test.ts'],
    globalSetup: 'test/build.ts',
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
})
