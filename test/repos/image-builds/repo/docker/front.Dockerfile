FROM node:24
COPY storefront/ /app/
CMD ["node", "/app/server.js"]
