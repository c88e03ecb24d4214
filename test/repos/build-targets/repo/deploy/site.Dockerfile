FROM node:22
COPY . .
RUN pnpm --filter @shop/types build && pnpm --filter @shop/site build
CMD ["./run"]
