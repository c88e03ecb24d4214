FROM oven/bun:alpine
COPY . .
EXPOSE 5173
CMD ["bun", "run", "client:start"]
