FROM node:24 AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build

FROM node:24
WORKDIR /app
COPY --from=build /app/apps/web/.next ./apps/web/.next
COPY --from=build /app/apps/web/package.json ./apps/web/
COPY --from=build /app/node_modules ./node_modules
RUN printf '#!/bin/sh\ncd apps/web && exec npm start\n' > /app/start.sh && chmod +x /app/start.sh
EXPOSE 3000
CMD ["/app/start.sh"]
