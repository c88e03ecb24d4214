require('tsconfig-paths').register({ baseUrl: './dist' })
