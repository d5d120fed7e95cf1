# One image for every role: MODE=server answers, MODE=worker runs jobs.
FROM node:24-bookworm-slim

RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap ca-certificates curl git jq python3 python3-pip tini \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/fantail
COPY package.json package-lock.json prisma.config.ts ./
COPY launcher launcher
COPY prisma prisma
RUN npm ci --include=dev --no-audit --no-fund

COPY . .
RUN node launcher/build.mjs \
 && ln -s /opt/fantail/launcher/version.mjs /usr/local/bin/fantail \
 && ln -s /opt/fantail/launcher/version.mjs /usr/local/bin/windmill \
 && install -d -m 700 -o node -g node /data

# Nothing here needs root, and nothing but /data is written.
USER node

ENV HOST=0.0.0.0 LOG_FORMAT=text DATA_FOLDER=/data
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["tini", "--"]
CMD ["node", "launcher/start.mjs"]
