FROM node:22
COPY tools/ .
RUN npm ci
