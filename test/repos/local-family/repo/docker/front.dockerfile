FROM node:24-alpine
COPY docker/data/front .
CMD ["node", "server.js"]
