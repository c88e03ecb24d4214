ARG BASE=node:20
FROM ${BASE} AS deps
ARG APP
COPY services/${APP}/package.json ./
RUN npm ci
FROM deps AS runtime
ARG APP
ENV PORT=4300
COPY services/${APP} .
HEALTHCHECK CMD wget -q localhost:4300/health
ENTRYPOINT ["node"]
CMD ["main.js"]
FROM nginx AS unused
