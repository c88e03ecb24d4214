import http from 'node:http'

export const app = http.createServer((request, response) => response.end())
